import Daemon
import TestSupport
import Testing

@testable import Connector

/// What packages install beside the program, made from the tables.
struct PackageDocumentsTests {
    private static let commands = ConnectorProgram.definition.commands
    private static let groups = ConnectorProgram.definition.groups

    @Test func `the manual page is that of the tables`() throws {
        let page = ManualPage(ConnectorProgram.definition)
        try expectGolden(Array(page.text.utf8), "/packaging/asterisk-connector.1")
    }

    @Test func `the completions are those of the tables`() throws {
        let texts = [
            "bash": BashCompletion(ConnectorProgram.definition).text,
            "zsh": ZshCompletion(ConnectorProgram.definition).text,
            "fish": FishCompletion(ConnectorProgram.definition).text,
        ]
        for (shell, text) in texts {
            try expectGolden(Array(text.utf8), "/packaging/completions/asterisk-connector.\(shell)")
        }
    }

    @Test func `an option has the same kind of value in each command: bash uses its name only`() {
        var kinds: [String: String] = [:]
        for option in Self.commands.flatMap(\.options) {
            let kind = option.kind == .flag ? "flag" : "\(Completion(of: option.placeholder))"
            #expect(kinds.updateValue(kind, forKey: option.name) ?? kind == kind, "--\(option.name)")
        }
    }

    @Test(arguments: [
        ("plain", "plain"), (".dot", "\\&.dot"), ("it's", "it\\(aqs"), (#"a\b"#, #"a\eb"#),
        ("keep `--all` here", #"keep \fB\-\-all\fR here"#), (#"say "x""#, #"say \(dqx\(dq"#), ("a-b", "a-b"),
    ])
    func `no text can become a request of roff`(text: String, expected: String) {
        #expect(Roff.text(text) == expected)
    }
}
