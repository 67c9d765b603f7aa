import Daemon
import TestSupport
import Testing

@testable import Connector

extension Command: CustomTestStringConvertible {
    package var testDescription: String { name }
}

struct CommandLineTests {
    private func invocation(_ line: String) throws -> Invocation {
        guard case .run(let invocation) = parse(line) else { throw NotRun(line: line) }
        return invocation
    }

    private func showing(_ line: String) -> (text: String, code: ExitCode)? {
        guard case .show(let text, let code) = parse(line) else { return nil }
        return (text, code)
    }

    private func parse(_ line: String) -> CommandParser.Outcome {
        ConnectorProgram.definition.parse(line.split(separator: " ").map { String($0) })
    }

    private struct NotRun: Error {
        let line: String
    }

    @Test(arguments: ConnectorProgram.definition.commands)
    func `each command is found by its words`(command: Command) throws {
        let required = command.arguments.filter(\.isRequired).map { _ in " 7" }.joined()
        #expect(try invocation(command.name + required).command.name == command.name)
    }

    @Test func `no two commands have one name, and each first word of two belongs to a group`() {
        let commands = ConnectorProgram.definition.commands
        #expect(Set(commands.map(\.name)).count == commands.count)
        let groups = Set(commands.filter { $0.words.count == 2 }.map { $0.words[0] })
        #expect(groups == Set(ConnectorProgram.definition.groups.map(\.word)))
    }

    @Test(arguments: [
        ("", "program", ExitCode.usage), ("--help", "program", .success), ("-h", "program", .success),
        ("help", "program", .success), ("help --help", "program", .success), ("simulate", "simulate", .usage),
        ("simulate --help", "simulate", .success), ("help simulate", "simulate", .success),
        ("dead-letters", "dead-letters", .usage), ("spool --help", "spool", .success),
        ("recordings", "recordings", .usage), ("voicemail", "voicemail", .usage),
    ])
    func `the help of the program and of a group is shown`(line: String, golden: String, code: ExitCode) throws {
        let shown = try #require(showing(line))
        #expect(shown.code == code)
        try expectGolden(Array(shown.text.utf8), "help/\(golden).txt")
    }

    @Test(arguments: ConnectorProgram.definition.commands)
    func `the help of each command is shown`(command: Command) throws {
        let golden = command.words.joined(separator: "-")
        for line in ["\(command.name) --help", "\(command.name) -h", "help \(command.name)"] {
            let shown = try #require(showing(line))
            #expect(shown.code == .success)
            try expectGolden(Array(shown.text.utf8), "help/\(golden).txt")
            #expect(shown.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }
    }

    @Test func `options have their defaults`() throws {
        let demo = try invocation("demo")
        #expect(demo.integer("calls") == 300 && demo.integer("rate") == 2000 && demo.integer("seed") == nil)
        #expect(demo.string("directory") == nil && !demo.flag("faults"))
        let pbx = try invocation("simulate pbx")
        #expect(pbx.integer("port") == 5038 && pbx.string("bind") == "127.0.0.1" && pbx.integer("calls") == 0)
        #expect(pbx.strings("fault") == [] && !pbx.flag("wait-for-login") && !pbx.flag("no-mappings"))
        let api = try invocation("simulate api")
        #expect(api.integer("port") == 8080 && api.string("token") == nil && !api.flag("counting"))
        #expect(try invocation("run").string("config") == nil)
    }

    @Test func `options are read in both forms and in any order`() throws {
        let pbx = try invocation(
            "simulate pbx --fault a --port=0 --no-timestamps --fault=b=c --seed 7 --zone America/Toronto"
        )
        #expect(pbx.strings("fault") == ["a", "b=c"] && pbx.integer("port") == 0 && pbx.integer("seed") == 7)
        #expect(pbx.flag("no-timestamps") && pbx.string("zone") == "America/Toronto")
        let run = try invocation("run --env-file .env --config=/etc/c.json")
        #expect(run.string("env-file") == ".env" && run.string("config") == "/etc/c.json")
        #expect(try invocation("run --config=").string("config") == "")
    }

    @Test func `a command can take any number of one argument`() throws {
        let drop = try invocation("dead-letters drop 3 --yes 5 7")
        #expect(drop.arguments == ["3", "5", "7"] && drop.flag("yes") && !drop.flag("all"))
        #expect(try invocation("dead-letters retry --all").arguments == [])
        let export = showing("dead-letters export a b")
        #expect(export?.code == .usage)
    }

    @Test func `--version is the command version`() throws {
        #expect(try invocation("--version").command.name == "version")
    }

    @Test(arguments: [
        ("rnu", "there is no command 'rnu'; did you mean run?", ""),
        ("install", "there is no command 'install'", ""),
        ("simulate pxb", "there is no command 'simulate pxb'; did you mean simulate pbx?", " simulate"),
        ("help chekc", "there is no command 'chekc'; did you mean check?", ""),
        ("simulate --port", "there is no command 'simulate --port'", " simulate"),
        ("--verson", "there is no option --verson; did you mean --version?", ""),
        ("run --confg=x", "there is no option --confg; did you mean --config?", " run"),
        ("run --secret=x", "there is no option --secret", " run"),
        ("run -c x", "there is no option -c", " run"),
        ("run --config", "--config needs a value; write it behind the option", " run"),
        ("run --config --env-file x", "--config needs a value; write it behind the option", " run"),
        ("run --config a --config b", "--config is given twice; give it once", " run"),
        ("demo --faults --faults", "--faults is given twice; give it once", " demo"),
        ("demo --faults=yes", "--faults takes no value; leave out what stands behind the =", " demo"),
        ("demo --calls 0", "--calls is '0'; give a whole number from 1 to 10000000", " demo"),
        ("demo --calls many", "--calls is 'many'; give a whole number from 1 to 10000000", " demo"),
        ("demo --seed -1", "--seed is '-1'; give a whole number from 0", " demo"),
        ("demo --rate=", "--rate is ''; give a whole number from 0 to 1000000", " demo"),
        ("simulate api --port 65536", "--port is '65536'; give a whole number from 0 to 65535", " simulate api"),
        ("run now", "the argument 'now' is one too many; leave it out", " run"),
        ("run -- --config", "the argument '--config' is one too many; leave it out", " run"),
    ])
    func `a wrong line says what is wrong and where there is help`(line: String, text: String, command: String) {
        let shown = showing(line)
        #expect(shown?.code == .usage)
        #expect(shown?.text == "asterisk-connector: \(text)\nSee 'asterisk-connector\(command) --help'.\n")
    }

    @Test func `a command can take arguments, some of them required`() throws {
        let command = Command(
            "check",
            summary: "Look at a thing",
            arguments: [
                ArgumentDefinition(name: "ID", help: "Which one"),
                ArgumentDefinition(name: "FILE", help: "Where to", isRequired: false),
            ]
        ) { _ in .success }
        let parser = CommandParser(ProgramDefinition(commands: [command]))
        func outcome(_ words: String...) -> CommandParser.Outcome { parser.parse(["check"] + words) }
        guard case .run(let one) = outcome("7"), case .run(let two) = outcome("--", "-7", "-"),
            case .show(let missing, .usage) = outcome(), case .show(let many, .usage) = outcome("1", "2", "3"),
            case .show(let help, .success) = outcome("--help")
        else { throw NotRun(line: "check") }
        #expect(one.arguments == ["7"] && two.arguments == ["-7", "-"])
        #expect(missing.contains("ID is missing") && many.contains("'3' is one too many"))
        #expect(help.contains("Usage: asterisk-connector check [OPTIONS] ID [FILE]"))
        #expect(help.contains("  FILE  Where to"))
    }

    @Test(arguments: zip(ExitCode.allCases, [0, 1, 64, 65, 66, 69, 70, 75, 78] as [Int32]))
    func `exit codes are those of sysexits`(code: ExitCode, number: Int32) { #expect(code.rawValue == number) }
}
