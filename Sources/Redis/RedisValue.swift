import Basics

/// A reply of Redis, or a part of one (RESP 2).
package enum RedisValue: Sendable, Equatable {
    /// No such value: a null bulk string or a null array.
    case null
    case integer(Int64)
    /// A short text of the server, such as `OK`.
    case status(String)
    case bulk([UInt8])
    case array([RedisValue])
    /// An error within an array, such as the answer to one command of a transaction or of a batch.
    case error(RedisServerError)

    /// The text of a status or a bulk string; invalid UTF-8 becomes U+FFFD.
    package var string: String? {
        switch self {
        case .status(let text): text
        case .bulk(let bytes): bytes[...].text
        default: nil
        }
    }

    /// The bytes of a status or a bulk string.
    package var bytes: [UInt8]? {
        switch self {
        case .status(let text): Array(text.utf8)
        case .bulk(let bytes): bytes
        default: nil
        }
    }

    /// An integer, or a bulk string that is one in decimal.
    package var integer: Int? {
        switch self {
        case .integer(let value): Int(value)
        case .bulk(let bytes): bytes[...].integer
        default: nil
        }
    }

    /// The elements of an array.
    package var array: [RedisValue]? {
        if case .array(let values) = self { values } else { nil }
    }
}

/// An error reply of Redis: a code and a text, such as `NOSCRIPT No matching script`.
package struct RedisServerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The whole reply, which may repeat words of the command: it belongs in no log.
    package let text: String

    package init(_ text: String) { self.text = text }

    /// The first word when it is in capitals, such as `NOAUTH`, `WRONGTYPE` or `OOM`; otherwise `ERR`.
    package var code: String {
        let word = text.prefix { $0 != " " }
        let isCode = !word.isEmpty && word.utf8.count <= 32 && word.utf8.allSatisfy { 65...90 ~= $0 }
        return isCode ? String(word) : "ERR"
    }

    /// The code alone.
    package var description: String { code }

    /// The server does not have the script or the function.
    package var isMissingScript: Bool { code == "NOSCRIPT" || text.hasPrefix("ERR Function not found") }

    /// The server does not know the command, or this user may not run it.
    package var isUnavailableCommand: Bool { code == "NOPERM" || text.hasPrefix("ERR unknown command") }

    /// FCALL itself is unknown or forbidden, and not a command that a function has called.
    var isUnavailableFunctionCall: Bool {
        text.hasPrefix("ERR unknown command") || (code == "NOPERM" && text.contains("'fcall' command"))
    }

    /// The server refuses this user, or its settings refuse this client.
    package var isRefusal: Bool { ["WRONGPASS", "NOAUTH", "NOPERM", "DENIED"].contains(code) || isAuthenticationError }

    private var isAuthenticationError: Bool {
        text.hasPrefix("ERR invalid password") || text.hasPrefix("ERR AUTH") || text.hasPrefix("ERR Client sent AUTH")
            || text.hasPrefix("ERR DB index is out of range")
    }
}
