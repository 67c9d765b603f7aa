import Basics
import Connector
import Daemon
import TestSupport
import Testing

/// Every command that a document shows is run by somebody, or says why not: docs/testing.md has the rules.
struct DocumentedCommandsTests {
    /// Where the search for scripts begins; the tests of status.sh name it in their helper.
    private static let roots = ["scripts/test", "Tests/Status/helper.bash"]

    private static func text(_ path: String) throws -> String {
        String(decoding: try FileContents.read("\(Document.root)/\(path)"), as: UTF8.self)
    }

    /// The scripts of this project that scripts/test runs, and those that they run.
    private static func scriptsThatRun() throws -> Set<String> {
        let known =
            Directory.names(in: "\(Document.root)/scripts").map { "scripts/\($0)" } + ["install.sh", "status.sh"]
        var found: Set<String> = []
        var rest = roots
        while let script = rest.popLast() {
            guard found.insert(script).inserted else { continue }
            let lines = try text(script).split(separator: "\n").filter { line in
                let code = line.drop { $0 == " " }
                return !["#", "echo ", "fail ", "say "].contains { code.hasPrefix($0) }
            }
            let words = Set(lines.flatMap { $0.split { " \"'()$;`".contains($0) } })
            rest += known.filter { path in words.contains { $0 == path || $0.hasSuffix("/\(path)") } }
        }
        return found
    }

    /// What speaks against a command; nil: somebody runs it, or it says why nobody does.
    private static func objection(to command: DocumentedCommand, running scripts: Set<String>) throws -> String? {
        if let wrong = command.programs.lazy.compactMap(commandUnknown).first { return wrong }
        if let mark = command.mark {
            if mark.hasPrefix("not tested: ") { return mark.count > 20 ? nil : "the mark gives no reason" }
            if mark.hasPrefix("tested by ") {
                let runner = String(mark.dropFirst("tested by ".count).prefix { $0 != ";" })
                guard runner.hasPrefix("Tests/") || scripts.contains(runner) else { return "nobody runs \(runner)" }
                let text = try text(runner)
                return command.programs.allSatisfy { text.contains($0[0]) } ? nil : "\(runner) does not run it"
            }
        }
        return command.programs.lazy.compactMap { objection(to: $0, running: scripts) }.first
    }

    /// A line for the program, here or in a container, that it would not take.
    private static func commandUnknown(_ words: [String]) -> String? {
        guard ["asterisk-connector", "docker"].contains(words[0]),
            let program = words.lastIndex(of: "asterisk-connector")
        else { return nil }
        if case .run(_) = ConnectorProgram.definition.parse(Array(words[(program + 1)...])) { return nil }
        return "the program has no such command"
    }

    private static func objection(to words: [String], running scripts: Set<String>) -> String? {
        let arguments = words.dropFirst()
        switch words[0] {
        case "echo", "asterisk-connector": return nil
        // Tests/Status/lab.bats lets a real Asterisk run each of these.
        case "asterisk" where arguments.first == "-rx" && arguments.count == 2: return nil
        // DocumentedAddressesTests asks for each of these.
        case "curl" where arguments.count == 2 && arguments[2].hasPrefix("http://127.0.0.1:8000/"): return nil
        case let path where scripts.contains(path.hasPrefix("./") ? String(path.dropFirst(2)) : path): return nil
        default: return "no test runs it: say '# tested by FILE' or '# not tested: WHY' beside it"
        }
    }

    @Test(arguments: Document.names)
    func `each command in a document is run by a test, or says why not`(name: String) throws {
        let scripts = try Self.scriptsThatRun()
        for command in try Document(name).commands {
            let objection = try Self.objection(to: command, running: scripts)
            #expect(objection == nil, "\(command)")
        }
    }

    @Test func `no command hides in a block that is not one of the shell`() throws {
        let documents = try Document.all()
        let programs = Set(documents.flatMap(\.commands).flatMap(\.programs).map { $0[0] }).union(["sudo", "docker"])
        #expect(programs.count > 10)
        for document in documents {
            for line in document.blocks.joined() {
                let first = line.prefix { $0 != " " }
                #expect(!programs.contains(String(first)), "\(document): \(line)")
            }
        }
    }

    @Test func `scripts that take hours do not count as run`() throws {
        let scripts = try Self.scriptsThatRun()
        #expect(scripts.isSuperset(of: ["scripts/demo", "scripts/setup", "scripts/deb", "install.sh", "status.sh"]))
        #expect(scripts.isDisjoint(with: ["scripts/torture", "scripts/mutants", "scripts/bench"]))
    }

    @Test(arguments: [
        "frobnicate", "asterisk-connector frobnicate",
        "docker exec a asterisk-connector frobnicate # not tested: needs Docker",
        "asterisk-connector gaps --frobnicate", "sudo scripts/frobnicate",
        "scripts/torture", "scripts/demo && frobnicate", "frobnicate  # not tested: ",
        "frobnicate  # tested by scripts/demo",
        "frobnicate  # tested by scripts/torture", "curl -s http://127.0.0.1:8000/ | frobnicate",
    ])
    func `a command that nobody runs is found`(line: String) throws {
        let document = Document("a.md", text: "```sh\n\(line)\n```\n")
        let command = try #require(document.commands.first)
        #expect(try Self.objection(to: command, running: try Self.scriptsThatRun()) != nil)
    }

    @Test func `marks, quotes and what stands before a command are understood`() throws {
        let text = """
            1. Text

               ```sh
               # not tested: needs Docker
               sudo -u me A=1 docker "a | b" | grep 'c d'   # a remark

               docker up                                    # tested by scripts/demo
               ```

                   file

            """
        let document = Document("a.md", text: text)
        #expect(document.commands.map(\.programs) == [[["docker", "a | b"], ["grep", "c d"]], [["docker", "up"]]])
        #expect(document.commands.map(\.mark) == ["not tested: needs Docker", "tested by scripts/demo"])
        #expect(document.commands.map(\.place) == ["a.md:5", "a.md:7"])
        #expect(document.blocks == [["file"]])
    }
}
