import AMI
import Basics
import CallControl
import CallerID
import Connector
import Daemon
import Spool
import TestSupport
import Testing

/// README.md, CONTRIBUTING.md and docs/*.md against what the program knows.
struct DocumentsTests {
    @Test func `docs/metrics.md has a row for each metric, and none for anything else`() throws {
        let directory = TemporaryDirectory()
        let metrics = Metrics()
        metrics.observe(
            spool: try RecordSpool(SpoolConfiguration(directory: directory.path)),
            ring: EventRing(capacity: 1)
        )
        let callerIDs = CallerIDMetrics()
        _ = callerIDs.shared()
        let engine = try EmbeddedEngine(
            EmbeddedEngine.Configuration(directory: directory.file("callerid"), policy: SelectionPolicy()),
            log: Logger("test", sink: LogSink { _ in })
        )
        callerIDs.observe(engine, lowWater: 10)
        callerIDs.observe(NumberEditor(engine))
        let calls = CallsMetrics()
        calls.observe { CallsFigures() }
        _ = calls.redis()
        let expositions = [metrics.registry, callerIDs.registry, calls.registry].map {
            String(decoding: $0.render(), as: UTF8.self)
        }
        let types = expositions.flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("# TYPE ") }
        let known = Set(types.map { String($0.split(separator: " ")[2]) })
        let documented = try Document("docs/metrics.md").text.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { String($0.dropFirst(3).prefix { $0 != "`" }) }
        #expect(documented.sorted() == known.sorted())
    }

    @Test(arguments: Document.names)
    func `each link leads to a file that is there, and to a heading in it`(name: String) throws {
        let document = try Document(name)
        let folder = name.split(separator: "/").dropLast()
        for part in document.text.split(separator: "](").dropFirst() where !part.hasPrefix("+)") {
            let link = part.prefix { $0 != ")" }.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            // `[general](+)` is a section of Asterisk's files.
            guard !link[0].contains("://"), link[0] != "+" else { continue }
            var path = folder
            for step in link[0].split(separator: "/") {
                if step == ".." { path.removeLast() } else { path.append(step) }
            }
            let target = link[0].isEmpty ? name : path.joined(separator: "/")
            #expect(throws: Never.self) { try FileContents.read("\(Document.root)/\(target)", limit: 16 << 20) }
            guard link.count == 2 else { continue }
            #expect(try Document(target).anchors.contains(String(link[1])), "\(target)#\(link[1])")
        }
    }

    @Test func `the README leads to each document, and its list has all of them`() throws {
        let readme = try Document("README.md")
        for name in Document.names where name != readme.name {
            #expect(readme.text.contains("\n| [\(name)](\(name)) |"), "\(name)")
        }
    }

    @Test func `the package and the state of the project have the version of the program`() throws {
        let package = "asterisk-connector_\(Version.number)_amd64.deb"
        for name in ["README.md", "docs/installation-systemd.md"] {
            #expect(try Document(name).commands.contains { $0.programs.joined().contains("./\(package)") }, "\(name)")
        }
        #expect(try Document("README.md").text.contains("\nVersion \(Version.number). "))
    }

    @Test func `Asterisk's files in the README are those that docs/asterisk-setup.md explains`() throws {
        let explained = try Document("docs/asterisk-setup.md").blocks
        let files = try Document("README.md").blocks.filter { $0[0].hasPrefix("[") }
        #expect(files.count == 6)
        for file in files { #expect(explained.contains(file), "\(file)") }
    }

    @Test(arguments: Document.names)
    func `each setting that is named is in docs/configuration.md`(name: String) throws {
        let guide = try Document("docs/configuration.md").text
        for word in Self.settings(in: try Document(name).text) {
            #expect(guide.contains("| `\(word)` |"), "\(word)")
        }
    }

    /// Words that look like settings, in code or not.
    private static func settings(in text: String) -> Set<String> {
        let beginnings = ["API_", "AMI_", "CDR_", "SPOOL_", "MONITORING_", "RECORDING_", "LOG_", "PBX_TZ"]
        let words = text.split { !($0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_")) }
        // Paths of the older listener.
        let others: Set = ["API_D", "API_REPLACE_CALLERID", "API_SYNC_CALLERID_FROM_DB"]
        return Set(words.map { String($0) }.filter { word in beginnings.contains { word.hasPrefix($0) } })
            .subtracting(others)
    }

    @Test(arguments: Document.names)
    func `each command of the program in a sentence is one that there is`(name: String) throws {
        let program = "asterisk-connector "
        for code in try Document(name).text.split(separator: "`") where code.hasPrefix(program) {
            let words = code.dropFirst(program.count).split(whereSeparator: \.isWhitespace)
                .prefix { $0.allSatisfy { ("a"..."z").contains($0) || $0 == "-" } && !$0.hasPrefix("-") }
            guard case .show(_, .success) = ConnectorProgram.definition.parse(words.map { String($0) } + ["--help"])
            else {
                Issue.record("'\(words.joined(separator: " "))' --help shows nothing")
                continue
            }
        }
    }
}
