import Basics

/// The first line of an event, to recognise it by its bytes before anything is decoded.
struct EventLine {
    private let line: [UInt8]

    init(name: String) { line = Array("event: \(name)".utf8).map(ASCII.lowercased) }

    /// Whether a frame is an event.
    static func isEvent(_ frame: Bytes) -> Bool { frame.prefix(6).equalsIgnoringCase("event:") }

    func matches(_ frame: Bytes) -> Bool {
        guard frame.count > line.count else { return false }
        let span = frame.span
        guard span[line.count] == ASCII.carriageReturn || span[line.count] == ASCII.newline else { return false }
        for (index, letter) in line.enumerated() where ASCII.lowercased(span[index]) != letter { return false }
        return true
    }
}
