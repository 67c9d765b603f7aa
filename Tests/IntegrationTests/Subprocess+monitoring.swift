import HTTP
import TestSupport
import Testing

extension Subprocess {
    /// What a path of a running connector's monitoring port answers.
    func monitoring(_ path: String) async throws -> String {
        let line = try await line(containing: "monitoring: monitoring url=")
        let base = try #require(line.split(separator: "url=").last).replacing("/metrics", with: "")
        let client = try HTTPClient()
        defer { client.shutDown() }
        return try await client.send(HTTPRequest(.get, base + path)).text
    }

    /// A sample of a running connector's /metrics, by its name without the prefix and with its labels; `nil` when there
    /// is none.
    func metric(_ name: String) async throws -> Double? {
        let lines = try await monitoring("/metrics").split(separator: "\n")
        let line = lines.first { $0.hasPrefix("asterisk_connector_\(name) ") }
        return line.flatMap { Double($0.split(separator: " ").last ?? "") }
    }
}
