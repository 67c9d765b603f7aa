import Basics
import HTTP

/// A reader gives the same for every cut, ends at the first failure, and gives no message over its limit.
enum WebSocketProperties {
    /// The first byte chooses limit and cuts; the others are the stream, and then the payloads of frames.
    static func problem(_ input: [UInt8]) -> String? {
        guard let choice = input.first else { return nil }
        let limit = choice & 1 == 0 ? 100 : WebSocketReader.messageLimit
        return problem(input.dropFirst(), choice, limit) ?? problem(masked(input.dropFirst())[...], choice, limit)
    }

    private static func problem(_ stream: Bytes, _ choice: UInt8, _ limit: Int) -> String? {
        let whole = inputs(limit) { $0(stream) }
        var pieces = Pieces(choice)
        let inPieces = inputs(limit) { pieces.cut(stream, $0) }
        guard whole == inPieces else { return "\(whole.count) inputs, in pieces \(inPieces.count)" }
        for (index, input) in whole.enumerated() {
            let isLast = index == whole.count - 1
            switch input {
            case .text(let message):
                guard message.count <= limit else { return "a message of \(message.count) bytes" }
                guard String(validating: message, as: UTF8.self) != nil else { return "text that is not UTF-8" }
            case .binary(let message):
                guard message.count <= limit else { return "a message of \(message.count) bytes" }
            case .ping(let payload): guard payload.count <= 125 else { return "a ping of \(payload.count) bytes" }
            case .pong: break
            case .close(let code): guard isLast, code?.isSendable ?? true else { return "a wrong end: \(input)" }
            case .failure: guard isLast else { return "something behind a failure" }
            }
        }
        return nil
    }

    private static func inputs(_ limit: Int, _ feed: ((Bytes) -> Void) -> Void) -> [WebSocketInput] {
        let reader = WebSocketReader(limit: limit)
        var inputs: [WebSocketInput] = []
        feed { inputs += reader.receive($0) }
        return inputs
    }

    /// Frames whose payloads are the lines of a text, with a mask of zeros: the first byte of a line is the first of its
    /// frame.
    private static func masked(_ text: Bytes) -> [UInt8] {
        text.split(separator: ASCII.newline).flatMap { line in
            let payload = line.dropFirst().prefix(125)
            return [line.first ?? 0, 0x80 | UInt8(payload.count), 0, 0, 0, 0] + payload
        }
    }
}
