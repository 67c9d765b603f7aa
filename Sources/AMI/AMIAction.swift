import Basics

/// A request to Asterisk: a name and headers.
package struct AMIAction: Sendable {
    package let name: String
    package let headers: [(name: String, value: String)]
    /// Whether the answer is a list: item events up to one with `EventList: Complete`.
    package let isList: Bool

    /// Asterisk reads at most 1022 bytes a line and 128 lines (main/manager.c, get_input and do_message).
    private static let maximumLine = 1022
    private static let maximumHeaders = 126

    /// - Throws: `AMIError.invalidAction` for CR, LF or NUL anywhere, for a header name that is empty or has a colon,
    ///   and for what Asterisk would truncate.
    package init(_ name: String, _ headers: [(name: String, value: String)] = [], isList: Bool = false) throws(AMIError)
    {
        guard headers.count <= Self.maximumHeaders else { throw .invalidAction("more than 126 headers") }
        for (header, value) in [("Action", name)] + headers {
            let line = "\(header): \(value)"
            guard line.utf8.allSatisfy({ $0 != ASCII.newline && $0 != ASCII.carriageReturn && $0 != 0 }) else {
                throw .invalidAction("the header \(Self.printable(header)) holds a line break")
            }
            guard !header.isEmpty, !header.contains(":") else {
                throw .invalidAction("a header name is empty or has ':'")
            }
            guard line.utf8.count <= Self.maximumLine else {
                throw .invalidAction("the header \(header) is longer than 1022 bytes")
            }
        }
        self.name = name
        self.headers = headers
        self.isList = isList
    }

    private static func printable(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 0x20 ? "?" : Character($0) })
    }

    /// The bytes to send; `id` must be short: Asterisk mangles an ActionID over 60 bytes in some answers.
    package func encoded(id: String) -> [UInt8] {
        var text = "Action: \(name)\r\nActionID: \(id)\r\n"
        for header in headers { text += "\(header.name): \(header.value)\r\n" }
        return Array((text + "\r\n").utf8)
    }
}

/// Asterisk's answer to an action.
package struct AMIReply: Sendable {
    package let response: AMIMessage
    /// The item events of a list, without the event that ends it.
    package let items: [AMIMessage]
    /// The event that ends a list, whose `ListItems` says how many items Asterisk counted; `nil` when there is no list.
    package let end: AMIMessage?
}
