import Basics
import CallRecords
import TestSupport
import Testing

@testable import Reporting

/// docs/direction.md against the program.
struct DirectionDocumentTests {
    private let document: String

    init() throws {
        document = String(
            decoding: try FileContents.read("\(Fixture.testsDirectory)/../docs/direction.md"),
            as: UTF8.self
        )
    }

    /// The cells of the row of a table that begins with these words.
    private func row(_ beginning: String) throws -> [String] {
        let row = try #require(
            document.split(separator: "\n").first { $0.hasPrefix("| \(beginning) |") },
            "\(beginning)"
        )
        return row.split(separator: "|").map { $0.trimmingPrefix(" ") }.map { cell in
            String(cell.reversed().drop { $0 == " " }.reversed())
        }
    }

    @Test func `the example is what the program says`() throws {
        let lines = document.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("    ") ? String($0.dropFirst(4)) : String($0) }
        let command = try #require(lines.first { $0.hasPrefix("echo '") })
        let json = command.dropFirst("echo '".count).prefix { $0 != "'" }
        let call = try ClassifiableCall(json: Array(json.utf8)[...])
        let text = CallJudge(ReportingConfiguration().policy).explanation(call, line: 1)[...].text
        let wanted = text.split(separator: "\n").map { String($0) }
        let first = try #require(lines.firstIndex(of: wanted[0]))
        #expect(Array(lines[first...].prefix(wanted.count)) == wanted)
    }

    @Test func `the built-in contexts are all named, and no others`() throws {
        for (name, keyPath) in ContextPatterns.lists {
            let listed = try row(name == "ivr" ? "IVR" : name)[1].replacing("\\", with: "").split(separator: ", ")
            let known = ContextPatterns.builtIn[keyPath: keyPath]
            #expect(listed.map { String($0) } == known, "\(name)")
            let more = ContextPatterns.builtIn(for: .origin)[keyPath: keyPath].dropFirst(known.count)
            guard !more.isEmpty else { continue }
            let alsoListed = try row("\(name), with `origin`")[1].replacing("\\", with: "").split(separator: ", ")
            #expect(alsoListed.map { String($0) } == Array(more), "\(name)")
        }
    }

    @Test func `every rule, reason, kind of number and of transfer is named`() throws {
        for (index, rule) in DirectionRule.numbered.enumerated() {
            #expect(try row("\(index + 1)")[1] == "`\(rule.rawValue)`")
        }
        for rule in DirectionRule.allCases where rule.number == nil { _ = try row("`\(rule.rawValue)`") }
        for reason in FilterReason.allCases { _ = try row("`\(reason.rawValue)`") }
        for type in NumberType.allCases { _ = try row("`\(type.rawValue)`") }
        for transfer in TransferType.allCases { #expect(document.contains("| `\(transfer.rawValue)` |")) }
    }
}
