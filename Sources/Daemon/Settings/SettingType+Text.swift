package import Basics

extension SettingType where Value == String {
    /// A path of a file or directory.
    package static var path: Self { Self("a path", show: { $0 }) { $0.isEmpty ? nil : $0 } }

    /// The path of a file with a secret; a wrong value is not shown, because it may be the secret itself.
    package static var secretPath: Self {
        var type = Self("the path of a file that begins with / or .", not: "secret", show: { $0 }) { text in
            text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../") ? text : nil
        }
        type.isSecret = true
        return type
    }

    /// A name or an address; an IPv6 address needs no brackets.
    package static var host: Self {
        Self("a host name or address without a port", not: "pbx.example.com:5038", show: { $0 }) { text in
            let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
            let name = isBracketed ? String(text.dropFirst().dropLast()) : text
            let colons = name.utf8.count { $0 == ASCII.colon }
            let isPlain = !name.isEmpty && name.utf8.allSatisfy { $0 > ASCII.space && $0 != UInt8(ascii: "/") }
            return isPlain && colons != 1 && !(isBracketed && colons == 0) ? name : nil
        }
    }

    /// One line of text, safe for an AMI header or an HTTP header.
    package static var line: Self {
        Self("one line of text", not: "two\nlines", show: { $0 }) { text in
            text.isEmpty || text.hasControlCharacters ? nil : text
        }
    }

    /// A user name for basic authentication, which cannot contain a colon.
    package static var userName: Self {
        Self("one line of text without a colon", not: "admin:secret", show: { $0 }) { text in
            text.isEmpty || text.hasControlCharacters || text.utf8.contains(ASCII.colon) ? nil : text
        }
    }

    /// The URL of an API; trailing slashes are removed.
    package static var webAddress: Self {
        Self(
            "an http:// or https:// address without user name, query and fragment",
            not: "ftp://api.example.com",
            show: { $0 },
            read: { text in
                guard let address = WebAddress(text), address.user == nil,
                    address.scheme == "https" || address.scheme == "http"
                else { return nil }
                var base = text[...]
                while base.hasSuffix("/") { base = base.dropLast() }
                return String(base)
            }
        )
    }
}

extension SettingType where Value == Secret {
    /// Text that is never shown; surrounding blanks are part of it.
    package static func secret(
        _ allowed: String,
        not counterexample: String,
        where accepts: @escaping @Sendable (String) -> Bool
    ) -> Self {
        Self(
            allowed: allowed,
            counterexample: counterexample,
            isSecret: true,
            read: { input in input.scalar.flatMap { accepts($0) ? Secret($0) : nil } },
            show: { $0.revealed.isEmpty ? "" : $0.description }
        )
    }

    /// A key in printable ASCII without blanks.
    package static var token: SettingType<Secret> {
        secret("a key without blanks and line ends", not: "two words") { text in
            !text.isEmpty && text.utf8.allSatisfy { $0 > ASCII.space && $0 < 0x7f }
        }
    }

    /// A password: one line of text.
    package static var password: Self {
        secret("one line of text", not: "two\nlines") { !$0.isEmpty && !$0.hasControlCharacters }
    }

    /// The address of a proxy, optionally with a user name and a password.
    package static var proxy: Self {
        var type = secret("an http://, https://, socks5:// or socks5h:// address", not: "proxy.example.com") { text in
            guard let address = WebAddress(text) else { return false }
            return ["http", "https", "socks5", "socks5h"].contains(address.scheme) && ["", "/"].contains(address.path)
        }
        type.secrets = WebAddress.logins
        return type
    }
}

extension SettingType where Value == TimeZoneRules {
    /// A time zone that this system has rules for.
    package static var timeZone: Self {
        Self(
            "an IANA time zone of this system such as America/Toronto (package tzdata)",
            not: "Eastern",
            show: { $0.name },
            read: { text in try? TimeZoneRules(named: text) }
        )
    }
}

extension SettingType where Value == [String] {
    /// Texts separated by commas, or an array in JSON; blanks around items and empty items are ignored.
    ///
    /// - Parameters:
    ///   - items: what the items are, in plural.
    ///   - counterexample: a list that is refused.
    ///   - minimum: the fewest items that are allowed.
    ///   - item: converts an item; returns `nil` when it is not allowed.
    package static func list(
        of items: String,
        not counterexample: String? = nil,
        minimum: Int = 0,
        item: @escaping @Sendable (String) -> String? = { $0 }
    ) -> Self {
        Self(
            allowed: "\(items) with commas between them",
            counterexample: counterexample,
            read: { input in
                guard let texts = texts(input) else { return nil }
                let trimmed = texts.map(\.trimmingBlanks).filter { !$0.isEmpty }
                let result = trimmed.compactMap { $0.hasControlCharacters ? nil : item($0) }
                return result.count == trimmed.count && result.count >= minimum ? result : nil
            },
            show: { $0.joined(separator: ",") }
        )
    }

    private static func texts(_ input: SettingInput) -> [String]? {
        guard case .json(.array(let elements)) = input else {
            return input.scalar?.split(separator: ",").map { String($0) }
        }
        let texts = elements.compactMap { SettingInput.json($0).scalar }
        return texts.count == elements.count ? texts : nil
    }
}

extension SettingType where Value == [String] {
    /// A list of hosts without ports; `*` is allowed too.
    package static var hosts: Self {
        list(of: "host names or addresses without ports,", not: "pbx.example.com:8000") { name in
            name == "*" ? name : SettingType<String>.host.read(.text(name))
        }
    }
}

extension String {
    /// The text without surrounding blanks and line ends.
    package var trimmingBlanks: String {
        let bytes = utf8.drop { $0 <= ASCII.space }
        guard let last = bytes.lastIndex(where: { $0 > ASCII.space }) else { return "" }
        return String(self[bytes.startIndex...last])
    }

    /// Whether the text contains an ASCII control character.
    package var hasControlCharacters: Bool { utf8.contains { $0 < 0x20 || $0 == 0x7f } }
}
