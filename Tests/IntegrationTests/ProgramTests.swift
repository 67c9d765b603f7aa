import Basics
import TestSupport
import Testing

/// The built binary as a person meets it.
@Suite(.timeLimit(.minutes(3)))
struct ProgramTests {
    private func run(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) async throws -> (status: Subprocess.ExitStatus, output: String, errors: String) {
        let process = try Subprocess.connector(arguments, environment: environment)
        let status = try await process.exitStatus()
        return (status, process.text(of: .output), process.text(of: .errors))
    }

    @Test func `the demo loses nothing, with and without trouble`() async throws {
        for options in [[], ["--faults"]] {
            let result = try await run(["demo", "--calls", "40", "--rate", "0", "--seed", "7"] + options)
            #expect(result.status == .exited(0), "\(result.output)\(result.errors)")
            #expect(result.output.contains("Nothing was lost."))
            #expect(result.output.contains("lost          0\n"))
        }
    }

    @Test func `the demo keeps its files in the given directory`() async throws {
        let directory = TemporaryDirectory()
        let result = try await run(["demo", "--calls", "5", "--rate", "0", "--directory", directory.file("kept")])
        #expect(result.status == .exited(0))
        #expect(
            Set(Directory.names(in: directory.file("kept"))) == ["api.jsonl", "connector.log", "pbx.jsonl", "spool"]
        )
    }

    @Test func `a wrong configuration stops with 78 and lists every error`() async throws {
        let result = try await run(
            ["run"],
            environment: ["AMI_PORT": "x", "CDR_BATCH_SIZE": "0", "API_KEY": "sk_secret"]
        )
        #expect(result.status == .exited(78))
        for name in ["AMI_PORT", "CDR_BATCH_SIZE", "AMI_HOST", "AMI_USERNAME", "AMI_PASSWORD"] {
            #expect(result.errors.contains(name))
        }
        #expect(!result.errors.contains("sk_secret"))
    }

    @Test func `a wrong command line stops with 64`() async throws {
        for arguments in [["rnu"], ["run", "--confg", "x"], ["demo", "--calls", "many"], []] {
            #expect(try await run(arguments).status == .exited(64))
        }
    }

    @Test func `version and help are on standard output`() async throws {
        #expect(try await run(["version"]).output.hasPrefix("asterisk-connector "))
        let help = try await run(["--help"])
        #expect(help.status == .exited(0) && help.output.contains("demo"))
    }

    @Test func `check says what is wrong with each part, and what to do`() async throws {
        let directory = TemporaryDirectory()
        let result = try await run(
            ["check"],
            environment: [
                "API_KEY": "sk_0123456789abcdefghijABCDEFGHIJ01", "API_URL": "http://127.0.0.1:1/v1",
                "AMI_HOST": "127.0.0.1",
                "AMI_PORT": "1", "AMI_USERNAME": "u", "AMI_PASSWORD": "p", "SPOOL_DIR": directory.path,
            ]
        )
        #expect(result.status == .exited(1))
        for text in ["✗ Asterisk", "AMI_PORT", "✗ API", "✓ Spool", "Not ready"] {
            #expect(result.output.contains(text))
        }
    }
}
