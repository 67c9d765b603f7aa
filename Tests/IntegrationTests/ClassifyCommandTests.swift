import Basics
import TestSupport
import Testing

/// `classify` of the built binary.
@Suite(.timeLimit(.minutes(3)))
struct ClassifyCommandTests {
    private let calls = "\(Fixture.testsDirectory)/Fixtures/classify/calls.jsonl"
    private let master = "\(Fixture.testsDirectory)/Fixtures/cdr-csv-Master.csv"

    private func run(
        _ arguments: [String],
        _ environment: [String: String] = [:],
        input: String = "/dev/null"
    ) async throws -> (status: Subprocess.ExitStatus, output: String, errors: String) {
        let process = try Subprocess.connector(["classify"] + arguments, environment: environment, input: input)
        let status = try await process.exitStatus()
        return (status, process.text(of: .output), process.text(of: .errors))
    }

    private func text(_ name: String) throws -> String { try Fixture.bytes("classify/\(name)")[...].text }

    @Test func `a file and standard input give the same, without any setting`() async throws {
        for (arguments, input) in [([calls], "/dev/null"), ([], calls), (["-"], calls)] {
            let result = try await run(arguments, input: input)
            #expect(result.status == .exited(0) && result.errors.isEmpty)
            #expect(result.output == (try text("decisions.jsonl")))
        }
    }

    @Test func `explanations and Asterisk's own file work`() async throws {
        #expect(try await run(["--explain", calls]).output == text("explained.txt"))
        #expect(try await run(["--csv"], input: master).output == text("Master.jsonl"))
    }

    @Test func `a line that is not JSON gives status 1 and its number, and the rest goes on`() async throws {
        let directory = TemporaryDirectory()
        let file = directory.file("calls")
        try FileContents.write(Array("{\"src\":\"101\"}\nnope\n{\"src\":\"102\"}\n".utf8), to: file)
        let result = try await run([file])
        #expect(result.status == .exited(1))
        #expect(result.errors.hasPrefix("asterisk-connector: line 2: not a JSON object"))
        #expect(result.output.split(separator: "\n").count == 2)
    }

    @Test func `settings of direction and filters count, wrong ones among them give status 78`() async throws {
        let filtered = try await run([calls], ["CDR_FILTER_MIN_DURATION": "100", "AMI_PORT": "x"])
        #expect(filtered.output.split(separator: "\n").allSatisfy { !$0.contains("\"filtered_by\":null") })
        let wrong = try await run([calls], ["ASTERISK_EXT_MIN_LENGTH": "x"])
        #expect(wrong.status == .exited(78) && wrong.errors.contains("ASTERISK_EXT_MIN_LENGTH") && wrong.output.isEmpty)
    }

    @Test func `a file that is not there gives status 1 and its name`() async throws {
        let result = try await run(["/none/such.jsonl"])
        #expect(result.status == .exited(1) && result.errors.contains("/none/such.jsonl"))
    }
}
