import Basics
import HTTP
import TestSupport
import Testing

@testable import CallerID

/// A service with numbers, in a folder of its own.
final class CallerIDTesting: Sendable {
    let directory = TemporaryDirectory()
    let log = LogLines()
    let configuration: CallerIDConfiguration
    let feature: CallerIDFeature
    let service: CallerIDService
    let router: Router

    static let token = "a-token-for-these-tests"

    /// - Parameter change: settings that differ from the defaults.
    init(_ numbers: [String] = ["2125551234"], _ change: (inout CallerIDConfiguration) -> Void = { _ in }) async throws
    {
        var configuration = CallerIDConfiguration()
        configuration.directory = directory.file("callerid")
        configuration.adminToken = Secret(Self.token)
        configuration.agiPort = 0
        change(&configuration)
        let logger = Logger("callerid", sink: log.sink)
        let feature = try CallerIDFeature(configuration, metrics: CallerIDMetrics(), log: logger)
        self.configuration = configuration
        self.feature = feature
        service = feature.service
        router = try Router(feature.routes, CallerIDPort.settings(configuration, feature, log: logger))
        for number in numbers {
            var record = NumberRecord(number: try #require(Digits(callerID: number)))
            record.areaCode = record.number.prefix(3)
            record.carrier = "AT&T"
            _ = try await service.engine.add(record)
        }
    }

    func send(
        _ method: String,
        _ target: String,
        token: String? = nil,
        type: String? = nil,
        body: String = ""
    ) async -> ServerResponse {
        let parts = target.split(separator: "?", maxSplits: 1).map { String($0) }
        var query: [String: String] = [:]
        for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
            let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            query[words[0]] = Array((words.dropFirst().first ?? "").utf8)[...].percentDecoded(plusIsBlank: true)
        }
        var headers: HTTPHeaders = [:]
        if let token { headers.append("X-Admin-Token", token) }
        if let type { headers.append("Content-Type", type) }
        return await router.answer(
            ServerRequest(method: method, path: parts[0], query: query, headers: headers, body: Array(body.utf8))
        )
    }

    /// The body of the answer, behind its status.
    func text(_ method: String, _ target: String, token: String? = nil) async -> String {
        let response = await send(method, target, token: token)
        return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
    }
}
