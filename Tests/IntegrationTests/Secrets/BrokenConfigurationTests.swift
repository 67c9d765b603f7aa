import Basics
import TestSupport
import Testing

@testable import Connector

/// Mistakes made around a secret: what is said of them is fit to be shown to anybody.
@Suite(.timeLimit(.minutes(3)))
struct BrokenConfigurationTests {
    private static let mark = "markedsecretvalue"

    /// Variables that are wrong.
    private static let variables: [[String: String]] = [
        ["API_KEY": "two words \(mark)"], ["API_KEY": "\(mark)\u{7f}"], ["AMI_PASSWORD": "\(mark)\nline"],
        ["API_PROXY": "no address \(mark)"], ["API_PROXY": "http://user:\(mark)@proxy:99999"],
        ["API_PROXY": "ftp://user:\(mark)@proxy"], ["API_PROXY": "user:\(mark)@proxy:3128"], ["API_KEY_FILE": mark],
        ["AMI_PASSWORD_FILE": mark], ["API_KEY_FILE": "/nowhere", "API_KEY": mark],
        ["API_URL": "http://user:\(mark)@host/v1"], ["API_URL": "https://host/v1?key=\(mark)"],
        ["API_URL": "https://host/v1#\(mark)"], ["API_KEI": mark], ["AMI_PASWORD": mark],
    ]

    private static let envFiles = [
        "API_KEY=\"\(mark)\n", "API KEY=\(mark)\n", "\(mark)\n", "API_KEY='\(mark)' \(mark)\n", "9API_KEY=\(mark)\n",
        "API_KEI=\(mark)\n", "API_KEY=\(mark)\nAPI_KEY=\(mark)x\n", "export \(mark)\n",
    ]

    private static let jsonFiles = [
        #"{"api":{"key":"\#(mark)""#, #"{"api":{"key":["\#(mark)","\#(mark)"]}}"#, #"{"api":{"kee":"\#(mark)"}}"#,
        #"{"api":"\#(mark)"}"#, #"{"ami":{"password":{"secret":"\#(mark)"}}}"#, "\"\(mark)\"", "\(mark)",
        #"{"api":{"key":"\#(mark)\u12"}}"#, #"{"api":{"proxy":["http://u:\#(mark)@h:1"]}}"#,
        #"{"api":{"key":{}}}\#(mark)"#,
    ]

    /// Runs commands that read all settings, and returns what they said; `run` only where it does not get as far as to
    /// start.
    private func outputs(_ environment: [String: String], _ options: [String] = []) async throws -> String {
        let base = ["AMI_HOST": "127.0.0.1", "AMI_PORT": "1", "AMI_USERNAME": "u", "SPOOL_DIR": "/nowhere/spool"]
        var text = ""
        let commands = ["check", "run", "healthcheck", "spool status", "recordings scan --dry-run", "classify"]
        for command in commands {
            let line = command.split(separator: " ").map { String($0) } + options
            let process = try Subprocess.connector(line, environment: base.merging(environment) { $1 })
            let status = try await process.exitStatus()
            text += process.text(of: .output) + process.text(of: .errors)
            if command == "check", status != .exited(78) { break }
        }
        return text
    }

    @Test(arguments: variables)
    func `a wrong variable is named, and what may be a secret is not shown`(variables: [String: String]) async throws {
        let text = try await outputs(variables)
        #expect(!text.contains(Self.mark), "\(text)")
        for name in variables.keys { #expect(text.contains(name), "\(text)") }
    }

    @Test(arguments: envFiles)
    func `a line of an env-file that is wrong is not shown`(content: String) async throws {
        let directory = TemporaryDirectory()
        try FileContents.write(Array(content.utf8), to: directory.file("marked.env"))
        let text = try await outputs([:], ["--env-file", directory.file("marked.env")])
        #expect(!text.contains(Self.mark), "\(text)")
        #expect(text.contains("marked.env"), "\(text)")
    }

    @Test(arguments: jsonFiles)
    func `a part of a JSON file that is wrong is not shown`(content: String) async throws {
        let directory = TemporaryDirectory()
        try FileContents.write(Array(content.utf8), to: directory.file("marked.json"))
        let text = try await outputs([:], ["--config", directory.file("marked.json")])
        #expect(!text.contains(Self.mark), "\(text)")
    }

    @Test func `a file that is no certificate is named, and not shown`() async throws {
        let directory = TemporaryDirectory()
        let file = directory.file("wrong.pem")
        try FileContents.write(Array("\(Self.mark)\n-----BEGIN CERTIFICATE-----\n\(Self.mark)\n".utf8), to: file)
        let manager = try ScriptedManager { try $0.idle() }
        let server = try RawServer { connection in _ = try connection.readRequest() }
        defer { server.stop() }
        let text = try await outputs([
            "API_KEY": "\(Self.mark)key", "AMI_PASSWORD": "\(Self.mark)password", "AMI_PORT": "\(manager.port)",
            "AMI_TLS": "true", "AMI_TLS_CA_FILE": file, "API_TLS_CA_FILE": file,
            "API_URL": server.url.replacing("http:", with: "https:"),
        ])
        #expect(!text.contains(Self.mark), "\(text)")
        #expect(text.contains("✗ Asterisk") && text.contains("✗ API") && text.contains("TLS"), "\(text)")
    }
}
