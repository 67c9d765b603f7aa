import AGI
import Basics

/// A session does the same for every cut, is bounded and ends; words are read back as they were written.
enum AGIProperties {
    /// The first byte chooses the cuts and whether variables are set by one write; the others are the stream.
    static func problem(_ input: [UInt8]) -> String? {
        guard let choice = input.first else { return nil }
        let stream = input.dropFirst()
        var pieces = Pieces(choice)
        let whole = run(choice) { $0(stream) }
        let inPieces = run(choice) { pieces.cut(stream, $0) }
        guard whole == inPieces else { return "\(whole.last ?? "nothing"), in pieces \(inPieces.last ?? "nothing")" }
        guard whole.last?.hasPrefix("end") == true else { return "a session without an end" }
        guard whole.count <= 16 else { return "\(whole.count) steps" }
        return problem(withLine: stream) ?? problem(withWord: stream.prefix(64))
    }

    private static let answer = (try? AGIAnswer([("A", "1"), ("B", "2")])) ?? AGIAnswer()

    /// The steps of a session that is closed after the stream.
    private static func run(_ choice: UInt8, _ feed: ((Bytes) -> Void) -> Void) -> [String] {
        var session = AGISession(isOneWrite: choice & 1 == 0)
        var steps: [String] = []
        func proceed() {
            while let step = session.next() {
                switch step {
                case .request(let request):
                    steps.append("request \(request.path) \(request.parameters) \(request.arguments)")
                    session.ask(choice & 2 == 0 ? [] : ["A", "B"])
                case .decide(_, let variables):
                    steps.append("decide \(variables.sorted { $0.key < $1.key })")
                    if choice & 4 == 0 { session.answer(answer) }
                case .send(let bytes), .finish(let bytes): steps.append("send \(bytes.text)")
                case .end(let outcome): steps.append("end \(outcome)")
                }
            }
        }
        feed { piece in
            session.receive(piece)
            proceed()
        }
        session.close()
        proceed()
        return steps
    }

    /// Asterisk's side: no line has more bytes in its words than it has itself.
    private static func problem(withLine line: Bytes) -> String? {
        let bytes = AGICommand.words(of: line).reduce(0) { $0 + $1.count }
        guard bytes <= line.count else { return "words of \(bytes) bytes" }
        var peer = AGIPeer(script: "s")
        let replies = peer.receive(line).count + peer.finish().count
        return replies <= 64 * line.count + 64 ? nil : "replies of \(replies) bytes"
    }

    private static func problem(withWord bytes: Bytes) -> String? {
        let command = AGICommand.setVariable("X", bytes.text)
        guard let line = try? command.encoded() else { return nil }
        guard line.firstIndex(of: ASCII.newline) == line.count - 1, AGICommand(line.dropLast()) == command else {
            return "a value that is not read back: \(line[...].text)"
        }
        return nil
    }
}
