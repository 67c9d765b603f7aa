import Basics

/// What is wrong with the address of a database; it never repeats a part of it, which may hold a password.
package enum ODBCAddressError: String, Error, CustomStringConvertible {
    case scheme = "the URL must begin with postgresql://, postgres://, mysql:// or mariadb://"
    case host = "the URL has no valid host"
    case port = "the port must be a number from 1 to 65535"
    case database = "the URL must end with the name of a database, as in postgresql://user@host/database"
    case escape = "a percent sign must be followed by two hexadecimal digits"
    case parameter = "the parameters may be host, socket, user, password, sslmode and ssl-mode"
    case fragment = "the URL must not have a #; write it as %23"
    case attribute = "the connection string must be a list of NAME=VALUE, separated by ;"
    case brace = "a value in { } of the connection string has no end"
    case noDriver = "the connection string must have DSN= or Driver="

    package var description: String { rawValue }
}

extension ODBCConfiguration {
    /// Reads a URL: `postgresql://user:password@host:port/database`, or the same with `mysql://`.
    ///
    /// User, password and port are optional, all parts percent-encoded. `?host=/run/postgresql` and
    /// `?socket=/run/mysqld/mysqld.sock` name a Unix socket; `sslmode` is that of libpq. `postgres` and `mariadb` are the
    /// same schemes, also with a suffix as SQLAlchemy has it, such as `postgresql+asyncpg`.
    package init(url: String) throws(ODBCAddressError) {
        let parts = url.utf8.split(separator: ASCII.colon, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].starts(with: "//".utf8) else { throw .scheme }
        guard !url.utf8.contains(UInt8(ascii: "#")) else { throw .fragment }
        let scheme = String(decoding: parts[0].prefix { $0 != UInt8(ascii: "+") }.map(ASCII.lowercased), as: UTF8.self)
        let server: Server =
            switch scheme {
            case "postgresql", "postgres": .postgresql
            case "mysql", "mariadb": .mariadb
            default: throw .scheme
            }
        let question = UInt8(ascii: "?")
        let rest = Bytes(parts[1].dropFirst(2)).split(
            separator: question,
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let slash = rest[0].firstIndex(of: UInt8(ascii: "/")) ?? rest[0].endIndex
        let authority = rest[0][..<slash]
        let at = authority.lastIndex(of: UInt8(ascii: "@"))
        let (host, port) = try Self.place(at.map { authority[($0 + 1)...] } ?? authority)
        let database = try Self.decoded(rest[0][slash...].dropFirst())
        guard !database.isEmpty else { throw .database }
        var address = Address(server, host: host, database: database)
        if let port { address.port = port }
        if let at {
            let user = authority[..<at]
            let colon = user.firstIndex(of: ASCII.colon) ?? user.endIndex
            address.user = try Self.decoded(user[..<colon])
            address.password = Secret(try Self.decoded(user[colon...].dropFirst()))
        }
        if rest.count == 2 { try Self.read(rest[1], into: &address) }
        self.init(address)
    }

    private static func read(_ parameters: Bytes, into address: inout Address) throws(ODBCAddressError) {
        for parameter in parameters.split(separator: UInt8(ascii: "&")) {
            guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")) else { throw .parameter }
            let value = try decoded(parameter[(equals + 1)...])
            switch parameter[..<equals].text {
            case "host", "socket", "unix_socket": address.host = value
            case "user": address.user = value
            case "password": address.password = Secret(value)
            case "sslmode", "ssl-mode": address.tls = value.lowercased()
            default: throw .parameter
            }
        }
    }

    private static func place(_ bytes: Bytes) throws(ODBCAddressError) -> (host: String, port: UInt16?) {
        var (host, rest) = (bytes, Bytes())
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { throw .host }
            (host, rest) = (bytes[(bytes.startIndex + 1)..<end], bytes[(end + 1)...])
        } else if let colon = bytes.firstIndex(of: ASCII.colon) {
            (host, rest) = (bytes[..<colon], bytes[colon...])
        }
        guard rest.isEmpty || rest.first == ASCII.colon else { throw .host }
        let name = host.isEmpty ? "localhost" : try decoded(host)
        guard !name.utf8.contains(where: { $0 <= ASCII.space }) else { throw .host }
        let digits = rest.dropFirst()
        guard !digits.isEmpty else { return (name, nil) }
        guard let port = digits.integer.flatMap({ UInt16(exactly: $0) }), port > 0 else { throw .port }
        return (name, port)
    }

    /// Decodes percent escapes; a NUL cannot be part of any value.
    private static func decoded(_ bytes: Bytes) throws(ODBCAddressError) -> String {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(ASCII.hexadecimalValue),
                let low = rest.popFirst().flatMap(ASCII.hexadecimalValue), high | low != 0
            else { throw .escape }
            result.append(high << 4 | low)
        }
        guard let text = String(validating: result, as: UTF8.self) else { throw .escape }
        return text
    }
}
