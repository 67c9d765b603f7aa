import Basics

/// What is wrong with the URL of a Redis server; it never repeats a part of the URL, which may hold a password.
package enum RedisURLError: String, Error, CustomStringConvertible {
    case scheme = "the URL must begin with redis://, rediss:// or unix://"
    case host = "the URL has no valid host"
    case port = "the port must be a number from 1 to 65535"
    case path = "the URL must have the absolute path of a socket, as in unix:///run/redis/redis.sock"
    case database = "the number of the database must be a number from 0"
    case escape = "a percent sign must be followed by two hexadecimal digits"
    case parameter = "the parameters may be db, username, password, ssl_cert_reqs (none or required) and ssl_ca_certs"
    case fragment = "the URL must not have a #; write it as %23"

    package var description: String { rawValue }
}

extension RedisConfiguration {
    /// Reads a URL: `redis://user:password@host:port/db`, `rediss://` for TLS, or `unix:///path?db=1&password=…`.
    ///
    /// All parts but the host or path are optional, and percent-encoded; a user part without a colon is a password, as
    /// redis-cli has it. The parameters are those that redis-py knows: `db`, `username`, `password`, `ssl_cert_reqs`,
    /// `ssl_ca_certs`.
    package init(url: String) throws(RedisURLError) {
        let parts = url.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].starts(with: "//".utf8) else { throw .scheme }
        guard !url.utf8.contains(UInt8(ascii: "#")) else { throw .fragment }
        let scheme = String(decoding: parts[0].map(ASCII.lowercased), as: UTF8.self)
        let rest = parts[1].dropFirst(2).split(
            separator: UInt8(ascii: "?"),
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let place = Bytes(rest[0])
        let slash = place.firstIndex(of: UInt8(ascii: "/")) ?? place.endIndex
        let authority = place[..<slash]
        let at = authority.lastIndex(of: UInt8(ascii: "@"))
        let hostAndPort = at.map { authority[($0 + 1)...] } ?? authority
        switch scheme {
        case "redis", "rediss":
            self.init(try Self.address(hostAndPort))
            if scheme == "rediss" { tls = TLSStream.Configuration() }
            database = try Self.database(place[slash...].dropFirst())
        case "unix":
            guard hostAndPort.isEmpty, place[slash...].count > 1 else { throw .path }
            self.init(.unix(path: try Self.decoded(place[slash...])))
        default: throw .scheme
        }
        if let at { try readUser(authority[..<at]) }
        if rest.count == 2 { try read(parameters: Bytes(rest[1])) }
    }

    private mutating func readUser(_ bytes: Bytes) throws(RedisURLError) {
        guard !bytes.isEmpty else { return }
        guard let colon = bytes.firstIndex(of: ASCII.colon) else {
            password = Secret(try Self.decoded(bytes))
            return
        }
        if colon > bytes.startIndex { user = try Self.decoded(bytes[..<colon]) }
        if colon + 1 < bytes.endIndex { password = Secret(try Self.decoded(bytes[(colon + 1)...])) }
    }

    private mutating func read(parameters: Bytes) throws(RedisURLError) {
        for parameter in parameters.split(separator: UInt8(ascii: "&")) {
            guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")) else { throw .parameter }
            let bytes = parameter[(equals + 1)...]
            let value = try Self.decoded(bytes)
            switch (parameter[..<equals].text, value) {
            case ("db", _): database = try Self.database(bytes)
            case ("username", _): user = value.isEmpty ? nil : value
            case ("password", _): password = value.isEmpty ? nil : Secret(value)
            case ("ssl_cert_reqs", "none") where tls != nil: tls?.verifies = false
            case ("ssl_cert_reqs", "required") where tls != nil: tls?.verifies = true
            case ("ssl_ca_certs", _) where tls != nil && !value.isEmpty: tls?.authorityFile = value
            default: throw .parameter
            }
        }
    }

    private static func address(_ bytes: Bytes) throws(RedisURLError) -> RedisAddress {
        var (host, rest) = (bytes, Bytes())
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { throw .host }
            (host, rest) = (bytes[(bytes.startIndex + 1)..<end], bytes[(end + 1)...])
        } else if let colon = bytes.firstIndex(of: ASCII.colon) {
            (host, rest) = (bytes[..<colon], bytes[colon...])
        }
        guard rest.isEmpty || rest.first == ASCII.colon else { throw .host }
        let digits = rest.dropFirst()
        guard digits.isEmpty || digits.integer.map({ 1...65535 ~= $0 }) == true else { throw .port }
        let name = host.isEmpty ? "localhost" : try decoded(host)
        guard !name.utf8.contains(where: { $0 <= ASCII.space }) else { throw .host }
        return .tcp(host: name, port: digits.integer.map { UInt16(clamping: $0) } ?? RedisAddress.defaultPort)
    }

    private static func database(_ bytes: Bytes) throws(RedisURLError) -> Int {
        guard !bytes.isEmpty else { return 0 }
        guard let number = bytes.integer, 0...Int(Int32.max) ~= number else { throw .database }
        return number
    }

    /// Decodes percent escapes; a NUL cannot be part of any value.
    private static func decoded(_ bytes: Bytes) throws(RedisURLError) -> String {
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
