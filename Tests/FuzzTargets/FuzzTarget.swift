import Basics

/// A parser of what comes from outside, and what must hold for any input: more than that it does not trap.
package enum FuzzTarget: String, Sendable, CaseIterable {
    /// What Asterisk sends, up to the records, the memory of calls and the notes for recordings.
    case ami
    /// Both sides of FastAGI.
    case agi
    /// Names of recordings and what else a file tells.
    case names
    case json
    /// Answers of the API, and the text of them in the log.
    case answers
    /// Requests to the control socket.
    case control
    /// Rows of Master.csv, and lines.
    case rows
    /// The env-file and the JSON file.
    case configuration
    /// Replies of Redis.
    case redis
    /// Files of caller IDs.
    case numbers
    /// JSON Web Tokens, and the claims of signed ones.
    case tokens
    /// Frames of WebSockets.
    case websocket
    /// Packets and bodies of Socket.IO.
    case socketio

    /// Feeds one input to the parser; what is wrong with what came out, `nil` when nothing is.
    package func problem(with input: [UInt8]) -> String? {
        switch self {
        case .ami: AMIProperties.problem(input)
        case .agi: AGIProperties.problem(input)
        case .names: NameProperties.problem(input)
        case .json: JSONProperties.problem(input[...])
        case .answers: AnswerProperties.problem(input)
        case .control: ControlProperties.problem(input)
        case .rows: RowProperties.problem(input)
        case .configuration: ConfigurationProperties.problem(input)
        case .redis: RedisProperties.problem(input)
        case .numbers: NumberProperties.problem(input)
        case .tokens: TokenProperties.problem(input)
        case .websocket: WebSocketProperties.problem(input)
        case .socketio: SocketIOProperties.problem(input)
        }
    }
}

/// Pieces of a stream that depend on nothing but a byte of the input.
struct Pieces {
    private var generator: SplitMix64
    private let longest: Int

    init(_ choice: UInt8) {
        generator = SplitMix64(seed: UInt64(choice))
        longest = [1, 3, 17, 300][Int(choice >> 6)]
    }

    /// Cuts `bytes` and hands the pieces over in order.
    mutating func cut(_ bytes: Bytes, _ take: (Bytes) -> Void) {
        var rest = bytes
        while !rest.isEmpty {
            let piece = rest.prefix(1 + Int(truncatingIfNeeded: generator.next() % UInt64(longest)))
            take(piece)
            rest = rest[piece.endIndex...]
        }
    }
}
