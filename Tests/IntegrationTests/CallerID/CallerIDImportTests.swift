import Basics
import CallerID
import TestSupport
import Testing

/// The built program sends a file of numbers to a service elsewhere.
struct CallerIDImportTests {
    @Test func `an import over a network without encryption warns before it sends the token`() async throws {
        let directory = TemporaryDirectory()
        try FileContents.write(SampleCSV.bytes(count: 1), to: directory.file("numbers.csv"))
        let environment = ["CALLERID_DIR": directory.file("callerid"), "ADMIN_TOKEN": "a-token-of-administrators"]
        func complaints(_ host: String) async throws -> String {
            // Nothing listens there.
            let arguments = ["callerid", "import", directory.file("numbers.csv"), "--url", "http://\(host):1"]
            let process = try Subprocess.connector(arguments, environment: environment)
            #expect(try await process.exitStatus() == .exited(69))
            return process.text(of: .errors)
        }
        // An address of this machine that does not look like one.
        let text = try await complaints("0.0.0.0")
        #expect(
            text.hasPrefix(
                "asterisk-connector: warning: --url sends numbers and the token to 0.0.0.0 without encryption; use https://\n"
            )
        )
        #expect(!text.contains("a-token"))
        #expect(try await !complaints("127.0.0.1").contains("warning"))
    }
}
