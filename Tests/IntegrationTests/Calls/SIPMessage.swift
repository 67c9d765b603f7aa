import Basics
import Daemon

/// A message of SIP as text (RFC 3261, section 7), as far as a telephone in a test needs it.
struct SIPMessage: Sendable {
    let firstLine: String
    private let headers: [(name: String, value: String)]

    init(_ text: String) {
        var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)[...]
        firstLine = lines.popFirst() ?? ""
        headers = lines.prefix { !$0.isEmpty }.compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let name = line[..<colon].trimmingBlanks.lowercased()
            return (name, String(line[line.index(after: colon)...]).trimmingBlanks)
        }
    }

    /// The method of a request; `nil` for an answer.
    var method: String? { status == nil ? firstLine.split(separator: " ").first.map(String.init) : nil }

    /// The status of an answer; `nil` for a request.
    var status: Int? {
        let words = firstLine.split(separator: " ")
        guard words.count > 1, words[0] == "SIP/2.0" else { return nil }
        return Int(words[1])
    }

    subscript(name: String) -> String { values(name).first ?? "" }

    func values(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    /// The number of the request and its method, such as `7 INVITE`.
    var sequence: (number: String, method: String) {
        let words = self["cseq"].split(separator: " ").map(String.init)
        return (words.first ?? "0", words.last ?? "")
    }

    /// Where requests within the dialog go: what is between `<` and `>` in Contact.
    var contact: String? { self["contact"].firstMatch(of: /<([^>]*)>/).map { String($0.1) } }
}

extension Substring {
    fileprivate var trimmingBlanks: String { String(self).trimmingBlanks }
}
