import Basics
import Daemon
import Delivery
import Glibc
import HTTP
import Spool
import TestSupport
import Testing

@testable import Connector

/// Starts commands with one configuration, and gathers what they show.
struct Runner {
    let environment: [String: String]
    /// For those that read a configuration.
    let options: [String]

    func start(_ command: Command, _ arguments: [String] = []) throws -> Subprocess {
        try Subprocess.connector(
            command.words + arguments + (command.isConfigured ? options : []),
            environment: environment
        )
    }

    /// All that a program wrote, after its end.
    func end(_ process: Subprocess, isEndless: Bool = true) async throws -> String {
        if isEndless { process.terminate() }
        try await process.exitStatus()
        return process.text(of: .output) + process.text(of: .errors)
    }

    /// What everybody on the machine can read of a process.
    func commandLine(of process: Subprocess) throws -> String {
        let arguments = try FileContents.read("/proc/\(process.processID)/cmdline")
        #expect(arguments.count > 20)
        return arguments.map { $0 == 0 ? " " : String(UnicodeScalar($0)) }.joined()
    }

    /// What the monitoring port answers, by path.
    func monitoring(of process: Subprocess) async throws -> [(path: String, text: String)] {
        let line = try await process.line(containing: "/metrics")
        let start = try #require(line.firstRange(of: "http://127.0.0.1:")).lowerBound
        let base = String(line[start...].prefix { $0 != "\"" && $0 != " " }).replacing("/metrics", with: "")
        let login = Base64.encoded(Array("\(MarkedSecrets.user):\(MarkedSecrets.mark("MONITORING_PASSWORD"))".utf8))
        let client = try HTTPClient()
        defer { client.shutDown() }
        var answers: [(path: String, text: String)] = []
        for path in ["/", "/metrics", "/healthz", "/readyz", "/status", "/nothing"] {
            let headers: HTTPHeaders = ["Authorization": "Basic \(login)"]
            let response = try await client.send(HTTPRequest(.get, base + path, headers: headers))
            #expect(response.status != 401 && !response.body.isEmpty)
            answers.append((path, response.headers.fields.map { "\($0.name): \($0.value)\n" }.joined() + response.text))
        }
        return answers
    }

    /// What the control socket answers, by path.
    func controlSocket(_ directory: String) async throws -> [(path: String, text: String)] {
        var configuration = HTTPClient.Configuration()
        configuration.unixSocket = "\(directory)/control.sock"
        let client = try HTTPClient(configuration)
        defer { client.shutDown() }
        let questions: [AdminRequest] =
            [
                .spoolStatus, .deadLetters(after: 0, limit: 100), .deadLetter(1), .deadLetterBody(1),
                .gaps(after: 0, limit: 100), .latestGaps(10), .recordingTotals, .retry([999]), .drop([999]),
                .retryRecordings([999]), .knownRecordings([]),
            ] + RecordingState.allCases.map { .recordings($0, after: 0, limit: 100) }
        var answers: [(path: String, text: String)] = []
        for question in questions {
            let response = try await client.send(question.http)
            #expect(response.status == 200 && !response.body.isEmpty, "\(question)")
            answers.append((question.http.url.replacing("http://localhost", with: ""), response.text))
        }
        return answers
    }
}
