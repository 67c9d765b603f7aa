import Basics
import Simulation

/// The API that the connector posts to, as these tests see it: each record once.
final class AsteriskReceiver: Sendable {
    let api: SimulatedAPI

    init() throws {
        var configuration = SimulatedAPI.Configuration()
        configuration.keptRecords = 200_000
        api = try SimulatedAPI(configuration)
    }

    var count: Int { api.statistics.distinct }

    /// Runs `body` while the API answers nothing but 503.
    func whileUnavailable(_ body: () async throws -> Void) async throws {
        var broken = Behaviour()
        broken.faults = [.status(503)]
        api.setBehaviour(broken)
        defer { api.setBehaviour(Behaviour()) }
        try await body()
    }

    func records(_ kind: ReceivedRecord.Kind) throws -> [JSONValue] {
        var seen: Set<String> = []
        return try api.records.filter { $0.kind == kind && seen.insert($0.recordID).inserted }.map {
            try JSONParser.parse($0.json)
        }
    }
}
