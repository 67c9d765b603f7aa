import Glibc
import TestSupport
import Testing

struct SubprocessTests {
    private func shell(_ script: String, _ environment: [String: String] = [:]) throws -> Subprocess {
        try Subprocess(arguments: ["sh", "-c", script], environment: environment)
    }

    @Test func `lines of both streams are read, the unfinished last one too`() async throws {
        let process = try shell("echo one; echo two >&2; printf three")
        #expect(try await process.exitStatus() == .exited(0))
        #expect(process.text(of: .output) == "one\nthree\n")
        #expect(process.text(of: .errors) == "two\n")
    }

    @Test func `an exit status and a signal are distinguished`() async throws {
        #expect(try await shell("exit 78").exitStatus() == .exited(78))
        let process = try shell("echo ready; exec sleep 60")
        try await process.line(containing: "ready")
        process.terminate(SIGKILL)
        #expect(try await process.exitStatus() == .killed(by: SIGKILL))
        process.terminate()
    }

    @Test func `a line is waited for, and old lines can be left out`() async throws {
        let process = try shell("echo a1; trap 'echo a2; exit' TERM; echo armed; while :; do sleep 0.05; done")
        #expect(try await process.line(containing: "a") == "a1")
        try await process.line(containing: "armed")
        let count = process.lines.count
        async let second = process.line(containing: "a", after: count)
        process.terminate()
        #expect(try await second == "a2")
    }

    @Test func `a line that does not come is an error with the output in it`() async throws {
        let process = try shell("echo something else")
        await #expect {
            try await process.line(containing: "hope")
        } throws: {
            "\($0)".contains("something else")
        }
        let silent = try shell("exec sleep 60")
        await #expect(throws: Subprocess.Unexpected.self) {
            try await silent.line(containing: "hope", within: .milliseconds(20))
        }
    }

    @Test func `only the environment given is inherited`() async throws {
        let process = try shell("echo \"<$ONE,$HOME>\"", ["ONE": "1"])
        #expect(try await process.line(containing: "<") == "<1,>")
    }

    @Test func `the built connector is found`() async throws {
        let process = try Subprocess.connector(["version"])
        #expect(try await process.exitStatus() == .exited(0))
        #expect(process.text(of: .output).hasPrefix("asterisk-connector "))
    }
}
