import Basics
import Redis

/// A decoder gives the same replies and refuses the same streams for every cut; a reply is not over its limits.
enum RedisProperties {
    private struct Decoded: Equatable {
        var values: [RedisValue] = []
        var isRefused = false
    }

    /// The first byte chooses limits and cuts; the others are the stream, and after that the words of a command.
    static func problem(_ input: [UInt8]) -> String? {
        guard let choice = input.first else { return nil }
        let stream = input.dropFirst()
        var limits = RedisReplyDecoder.Limits()
        if choice & 1 != 0 { (limits.bytes, limits.elements) = (200, 20) }
        let whole = decoded(limits) { $0(stream) }
        var pieces = Pieces(choice)
        let inPieces = decoded(limits) { pieces.cut(stream, $0) }
        guard whole == inPieces else {
            return "\(whole.values.count) replies, refused: \(whole.isRefused); in pieces \(inPieces.values.count),"
                + " refused: \(inPieces.isRefused)"
        }
        for value in whole.values {
            let (bytes, elements) = size(of: value)
            guard bytes <= 3 * limits.bytes, elements <= limits.elements + 1 else {
                return "a reply of \(bytes) bytes and \(elements) values"
            }
        }
        let words = stream.split(separator: ASCII.newline, omittingEmptySubsequences: false).prefix(20).map {
            Array($0)
        }
        let command = decoded(.init()) { $0(RedisCommand("GET", words: words).encoded[...]) }
        return command.values == [.array(([Array("GET".utf8)] + words).map { .bulk($0) })]
            ? nil : "a command that reads as another one"
    }

    private static func decoded(_ limits: RedisReplyDecoder.Limits, _ feed: ((Bytes) -> Void) -> Void) -> Decoded {
        let decoder = RedisReplyDecoder(limits: limits)
        var decoded = Decoded()
        feed { piece in
            do throws(RedisError) {
                try decoder.append(piece)
                while let value = try decoder.next() { decoded.values.append(value) }
            } catch {
                decoded.isRefused = true
            }
        }
        return decoded
    }

    /// The bytes of text in a value, and the number of values in it; invalid UTF-8 becomes three times as long.
    private static func size(of value: RedisValue) -> (bytes: Int, elements: Int) {
        switch value {
        case .null, .integer: (0, 1)
        case .status(let text): (text.utf8.count, 1)
        case .error(let error): (error.text.utf8.count, 1)
        case .bulk(let bytes): (bytes.count, 1)
        case .array(let values):
            values.map(size).reduce((0, 1)) { ($0.0 + $1.bytes, $0.1 + $1.elements) }
        }
    }
}
