import AMI
import Basics
import Connector
import Spool
import TestSupport
import Testing

/// README.md, CONTRIBUTING.md and docs/*.md against what the program knows.
struct DocumentsTests {
    private static let root = "\(Fixture.testsDirectory)/.."

    /// The documents, by their paths from the root.
    private static let names =
        ["README.md", "CONTRIBUTING.md"]
        + Directory.names(in: "\(root)/docs").filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }

    private static func text(_ name: String) throws -> String {
        String(decoding: try FileContents.read("\(root)/\(name)"), as: UTF8.self)
    }

    @Test func `docs/metrics.md has a row for each metric, and none for anything else`() throws {
        let directory = TemporaryDirectory()
        let metrics = Metrics()
        metrics.observe(spool: try Spool(SpoolConfiguration(directory: directory.path)), ring: EventRing(capacity: 1))
        let exposition = String(decoding: metrics.registry.render(), as: UTF8.self)
        let known = exposition.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
            .map { String($0.split(separator: " ")[2]) }
        let documented = try Self.text("docs/metrics.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { String($0.dropFirst(3).prefix { $0 != "`" }) }
        #expect(documented.sorted() == known.sorted())
    }

    @Test(arguments: names)
    func `each link to a file leads to one that is there`(name: String) throws {
        let folder = name.split(separator: "/").dropLast().map { "\($0)/" }.joined()
        for part in try Self.text(name).split(separator: "](").dropFirst() {
            let target = part.prefix { $0 != ")" && $0 != "#" }
            guard !target.isEmpty, !target.contains("://") else { continue }
            #expect(throws: Never.self) { try FileContents.read("\(Self.root)/\(folder)\(target)") }
        }
    }

    @Test(arguments: names)
    func `each setting that is named is in docs/configuration.md`(name: String) throws {
        let guide = try Self.text("docs/configuration.md")
        for word in Self.settings(in: try Self.text(name)) {
            #expect(guide.contains("| `\(word)` |"), "\(word)")
        }
    }

    /// Words that look like settings, in code or not.
    private static func settings(in text: String) -> Set<String> {
        let beginnings = ["API_", "AMI_", "CDR_", "SPOOL_", "MONITORING_", "RECORDING_", "LOG_", "PBX_TZ"]
        let words = text.split { !($0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_")) }
        return Set(words.map { String($0) }.filter { word in beginnings.contains { word.hasPrefix($0) } })
    }

    @Test(arguments: names)
    func `each command that is shown is one of the program`(name: String) throws {
        for words in Self.commands(in: try Self.text(name)) {
            guard case .show(_, let code) = CommandParser.parse(words + ["--help"]) else {
                Issue.record("'\(words)' --help shows nothing")
                continue
            }
            #expect(code == .success, "\(words)")
        }
    }

    /// The words behind `asterisk-connector` in code: between backticks, and in lines that are indented.
    private static func commands(in text: String) -> [[String]] {
        let program = "asterisk-connector "
        let code = text.split(separator: "\n").flatMap { line in
            line.hasPrefix("    ") ? [line] : line.split(separator: "`").filter { $0.hasPrefix(program) }
        }
        return code.flatMap { $0.split(separator: program, omittingEmptySubsequences: false).dropFirst() }
            .map { rest in
                rest.split(separator: " ").prefix { $0.allSatisfy { ("a"..."z").contains($0) } }.map { String($0) }
            }
    }
}
