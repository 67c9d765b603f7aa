import Basics
import Daemon
import Glibc

/// Reads calls from a file and writes the decisions in chunks.
struct ClassifyJob: Sendable {
    private var judge: CallJudge
    private var source: CallSource
    private let explains: Bool
    private var refused = 0

    init(judge: CallJudge, source: CallSource, explains: Bool) {
        self.judge = judge
        self.source = source
        self.explains = explains
    }

    /// Reads to the end; returns `false` when some lines were not calls.
    ///
    /// Blocks.
    mutating func run(from input: borrowing FileDescriptor, _ path: String) throws(SystemError) -> Bool {
        let output = FileDescriptor(dup(Terminal.Stream.output.rawValue))
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe read(input.number, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read", path) }
            if count > 0 { source.append(chunk[..<count]) } else { source.end() }
            let (text, complaints) = decisions()
            try output.writeAll(text[...], subject: "the output")
            Terminal.write(complaints, to: .errors)
            if count == 0 { return refused == 0 }
        }
    }

    /// The decisions about the input so far, and the errors of lines that are not calls.
    private mutating func decisions() -> (text: [UInt8], complaints: String) {
        let now = ContinuousClock.now
        var text: [UInt8] = []
        var complaints = ""
        while let line = source.next() {
            switch line {
            case .call(let call):
                text += explains ? judge.explanation(call, line: source.lineNumber) : judge.line(call, at: now)
            case .refused(let problem):
                refused += 1
                complaints += "\(ProgramDefinition.name): line \(source.lineNumber): \(problem)\n"
            }
        }
        return (text, complaints)
    }
}
