package import Basics

/// The parts of a URL in a setting: `scheme://[user@]host[:port][/path]`.
package struct WebAddress: Equatable {
    /// In lower case.
    package let scheme: String
    let user: String?
    /// The host in lower case; an IPv6 address keeps its brackets.
    package let host: String
    let port: UInt16?
    /// The path; empty, or begins with a slash.
    let path: String

    /// `nil` when the text is not such a URL; blanks, a query and a fragment are not allowed.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > ASCII.space && $0 < 0x7f && !"?#\"<>\\".utf8.contains($0) }),
            let mark = text.firstRange(of: "://")
        else { return nil }
        scheme = text[..<mark.lowerBound].lowercased()
        let rest = text[mark.upperBound...]
        let end = rest.firstIndex(of: "/") ?? rest.endIndex
        path = String(rest[end...])
        var authority = rest[..<end]
        if let sign = authority.lastIndex(of: "@") {
            user = String(authority[..<sign])
            authority = authority[authority.index(after: sign)...]
        } else {
            user = nil
        }
        let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
        if let colon = authority[bracket...].lastIndex(of: ":") {
            guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else { return nil }
            port = number
            authority = authority[..<colon]
        } else {
            port = nil
        }
        host = authority.lowercased()
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host[...]
        guard !name.isEmpty, host.hasPrefix("[") || !name.contains(":") else { return nil }
        guard name.utf8.allSatisfy({ Self.isHostByte($0) }) else { return nil }
    }

    /// Whether the host is this machine, so that no network can be tapped.
    package var isLoopback: Bool { host == "localhost" || host == "[::1]" || Self.isIPv4Loopback(host) }

    /// Whether a name or an address is this machine; an IPv6 address has no brackets.
    package static func isLoopback(host: String) -> Bool {
        WebAddress("http://\(host.contains(":") ? "[\(host)]" : host)")?.isLoopback ?? false
    }

    /// The host in a URL by which a process on this machine reaches a port with this bind address.
    ///
    /// `localhost` may be tried as ::1 first, where nothing listens.
    package static func local(toBind host: String) -> String {
        if ["", "0.0.0.0", "::", "localhost"].contains(host) { return "127.0.0.1" }
        return host.contains(":") ? "[\(host)]" : host
    }

    private static func isIPv4Loopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || ASCII.lowercased(byte) &- 97 < 26 || ".-_:%".utf8.contains(byte)
    }

    /// The secrets in a URL with a login: the password and the login, as written in the URL and decoded.
    package static func logins(in url: Secret) -> [Secret] {
        guard let user = WebAddress(url.revealed)?.user else { return [] }
        let parts = user.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let plain = parts.map { Array($0.utf8)[...].percentDecoded() }
        return ([user, plain.joined(separator: ":")] + parts.dropFirst().map { String($0) } + plain.dropFirst())
            .map { Secret($0) }
    }

    /// The text with asterisks in place of everything before an `@` or, in a URL, after a `?` or `#`.
    static func withoutSecrets(_ text: String) -> String {
        let mark = text.firstRange(of: "://")?.upperBound
        var result = String(text[..<(mark ?? text.startIndex)])
        var rest = text[(mark ?? text.startIndex)...]
        if let sign = rest.lastIndex(of: "@") {
            result += "********"
            rest = rest[sign...]
        }
        guard mark != nil, let query = rest.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return result + rest }
        return result + rest[...query] + "********"
    }
}
