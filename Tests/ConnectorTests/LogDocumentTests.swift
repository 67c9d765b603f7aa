import Basics
import TestSupport
import Testing

/// docs/logs.md against the messages in the sources.
struct LogDocumentTests {
    /// The rows of docs/logs.md whose first cell is a message, by the level that the heading before them names.
    private static func documented() throws -> [LogMessages.Message] {
        let guide = String(decoding: try FileContents.read("\(Fixture.testsDirectory)/../docs/logs.md"), as: UTF8.self)
        var level: LogLevel?
        var messages: [LogMessages.Message] = []
        for line in guide.split(separator: "\n") {
            if line.hasPrefix("## ") { level = headings[String(line.dropFirst(3))] }
            guard let level, line.hasPrefix("| ``") else { continue }
            let cells = line.split(separator: " | ").map { String($0) }
            let text = cells[0].dropFirst(5).dropLast(3)
            for component in cells[1].split(separator: ", ") {
                messages.append(.init(level: level, component: String(component), text: String(text)))
            }
            #expect(cells.allSatisfy { !$0.isEmpty } && cells.count == (level == .info ? 3 : 4), "\(line)")
        }
        return messages
    }

    private static let headings: [String: LogLevel] = ["Information": .info, "Warnings": .warning, "Errors": .error]

    @Test func `each message of the log is in docs/logs.md, and none that is not in the sources`() throws {
        let documented = try Self.documented()
        let known = try LogMessages.inSources()
        #expect(Set(documented).count == documented.count, "a message is there twice")
        #expect(known.count > 40)
        for message in known.subtracting(documented) { Issue.record("docs/logs.md lacks \(message)") }
        for message in Set(documented).subtracting(known) { Issue.record("not in the sources: \(message)") }
    }

    @Test func `no value of a line is called as a part that each line has`() throws {
        for name in ["time", "level", "component", "message", "repeated"] {
            for path in LogMessages.sources() where !path.contains("/Basics/Logging/") {
                let source = String(decoding: try FileContents.read(path), as: UTF8.self)
                let uses = ["Field(\"\(name)\"", "Field(own: \"\(name)\"", ".init(own: \"\(name)\""]
                #expect(!uses.contains { source.contains($0) }, "\(path): \(name)")
            }
        }
    }
}
