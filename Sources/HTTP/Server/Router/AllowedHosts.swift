import Basics

/// The host names that a service accepts in the header Host.
///
/// A page in a browser can give its own name the address of this machine (DNS rebinding) and then read what only
/// programs on this machine should see; but the header Host still has that name. So other names are refused.
package struct AllowedHosts: Sendable {
    private let names: Set<String>
    private let allowsAll: Bool
    private let allowsAddresses: Bool

    /// - Parameters:
    ///   - listed: names and addresses without ports, in addition to those of loopback and `bind`; `*` allows all.
    ///   - bind: where the port listens. When that is every address of the machine, every literal address is allowed:
    ///     only a name can be rebound.
    package init(_ listed: [String], bind: String) {
        let own = ["localhost", "ip6-localhost", "127.0.0.1", "::1", bind]
        names = Set((own + listed).map(Self.normalized))
        allowsAll = listed.contains("*")
        allowsAddresses = ["0.0.0.0", "::"].contains(bind)
    }

    /// Whether a request with this header Host is answered; a request without it does not come from a browser.
    package func allows(_ header: String?) -> Bool {
        guard !allowsAll, let header else { return true }
        guard let name = Self.name(in: header) else { return false }
        return names.contains(name) || Self.isLoopback(name) || (allowsAddresses && Self.isAddress(name))
    }

    /// The name without its port; `nil` when there is none.
    private static func name(in header: String) -> String? {
        if header.hasPrefix("[") {
            guard let end = header.firstIndex(of: "]") else { return nil }
            return isPort(header[header.index(after: end)...]) ? normalized(String(header[...end])) : nil
        }
        let end = header.firstIndex(of: ":") ?? header.endIndex
        guard end > header.startIndex, isPort(header[end...]) else { return nil }
        return normalized(String(header[..<end]))
    }

    private static func isPort(_ rest: Substring) -> Bool {
        rest.isEmpty || (rest.hasPrefix(":") && rest.dropFirst().utf8.allSatisfy(ASCII.isDigit))
    }

    /// In lower case, without brackets and the dot at the end.
    private static func normalized(_ name: String) -> String {
        var name = name.lowercased()[...]
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        if name.hasSuffix(".") { name = name.dropLast() }
        return String(name)
    }

    private static func isLoopback(_ name: String) -> Bool { isIPv4(name) && name.hasPrefix("127.") }

    private static func isAddress(_ name: String) -> Bool {
        isIPv4(name) || (name.contains(":") && name.utf8.allSatisfy { "0123456789abcdef:.%".utf8.contains($0) })
    }

    private static func isIPv4(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil && !$0.hasPrefix("+") }
    }
}
