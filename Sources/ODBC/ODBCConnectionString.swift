import Basics

/// The attributes of a connection string, such as `DSN=asterisk;UID=user;PWD={a;b}`.
struct ODBCConnectionString: Sendable {
    private var attributes: [(name: String, value: String)] = []

    init(_ text: String) throws(ODBCAddressError) {
        var rest = Substring(text)
        while let first = rest.first {
            guard first != ";", !first.isWhitespace else {
                rest.removeFirst()
                continue
            }
            guard let equals = rest.firstIndex(of: "="), !rest[..<equals].contains(";") else { throw .attribute }
            let name = rest[..<equals].lowercased()
            rest = rest[equals...].dropFirst()
            var value = ""
            if rest.first == "{" {
                rest.removeFirst()
                while true {
                    guard let end = rest.firstIndex(of: "}") else { throw .brace }
                    value += rest[..<end]
                    rest = rest[end...].dropFirst()
                    guard rest.first == "}" else { break }
                    value += "}"
                    rest.removeFirst()
                }
                guard rest.isEmpty || rest.first == ";" else { throw .brace }
            } else {
                let end = rest.firstIndex(of: ";") ?? rest.endIndex
                value = String(rest[..<end])
                rest = rest[end...]
            }
            attributes.append((name, value))
        }
        guard value("driver") != nil || value("dsn") != nil || value("filedsn") != nil else { throw .noDriver }
    }

    private func value(_ names: String...) -> String? {
        attributes.first { names.contains($0.name) }.map(\.value).flatMap { $0.isEmpty ? nil : $0 }
    }

    var password: Secret { Secret(value("pwd", "password") ?? "") }

    /// Where the database is, for the log.
    var place: String {
        if let source = value("dsn", "filedsn") { return "data source \(source)" }
        let host = value("server", "servername", "socket") ?? value("driver") ?? "ODBC"
        return value("database", "db").map { "\(host)/\($0)" } ?? host
    }

    /// A value in braces, which keep every character, when it needs them: drivers do not expect them around a number.
    static func quoted(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { byte in
            ("a"..."z").contains(Character(Unicode.Scalar(byte | 0x20))) || ASCII.isDigit(byte)
                || "/.:-_".utf8.contains(byte)
        }
        guard !isPlain else { return value }
        return "{" + value.split(separator: "}", omittingEmptySubsequences: false).joined(separator: "}}") + "}"
    }
}
