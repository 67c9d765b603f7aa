package import Basics

/// Input that an attacker would choose: one pattern repeated, to find what grows faster than its input.
package enum HostileInput {
    /// A pattern, and what stands before and behind all of it.
    package struct Kind: Sendable, CustomStringConvertible {
        package let pattern: String
        var head = ""
        var tail = ""

        package var description: String { "\(head)\(pattern)…\(tail)" }

        /// At least `size` bytes of it.
        package func bytes(_ size: Int) -> Bytes {
            let unit = Array(pattern.utf8)
            var bytes = Array(head.utf8)
            while bytes.count < size { bytes += unit }
            return (bytes + tail.utf8)[...]
        }
    }

    /// Whatever means something to a parser of names, arguments, numbers, lines or JSON.
    package static let kinds: [Kind] =
        [
            "-", "_", ".", "/", "\\", "\"", "'", "*", "+", "%", "%41", "=", "#", ";", ":", ",", " ", "\t", "\n", "\r",
            "\r\n", "\0", "(", ")", "[", "]", "{", "}", "<", ">", "@", "?", "0", "1", "9", "a", "A", "é", "\u{301}",
            "\u{1F1E6}", "\u{202e}", "1234567-", "a1234567", "416-555-1234 ", "+1", "1.", ".1", "1795224725.12-",
            "-1795224725.12", "20261121-013205-", "2026-11-21-", "r(a)", "t(", "a.wav;", "queue-", "/queues", "x=1\n",
            "x: 1\r\n", "\"\",", "\"a\n", "\\\"", "\\u0041", "1-2,", "0,", "[],", "{\"a\":", "\"a\":1,", "aaaaaaab",
            "********", "secret", "secre", "deadbeef", "0000-", "1e1", "Z ",
        ].map { Kind(pattern: $0) } + [
            Kind(pattern: "0,", head: "[", tail: "0]"), Kind(pattern: "\"a\":1,", head: "{", tail: "\"a\":1}"),
            Kind(pattern: "1", head: "0.", tail: "1"), Kind(pattern: "9", head: "1e", tail: "9"),
            Kind(pattern: "a", head: "\"", tail: "\""), Kind(pattern: "\\\"", head: "\"", tail: "\""),
            Kind(pattern: "\\ud800", head: "\"", tail: "\""), Kind(pattern: "-", tail: "-1795224725.12.wav"),
            Kind(pattern: "a-", head: "/m/", tail: "1795224725.12.wav"), Kind(pattern: "r(a.wav)", head: "a.wav,"),
            Kind(pattern: "[1],", head: "[", tail: "1]"), Kind(pattern: "\"a\",", tail: "\n"),
        ]
}
