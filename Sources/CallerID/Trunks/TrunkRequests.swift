import Basics
import HTTP

/// Changes the numbers of whole trunks, as the older switch asks for it: by two sets of paths.
///
///     POST /api/callerid/delete   {"trunk_name":"T"}            takes the numbers of T out of service
///     POST /api/callerid/sync     {"trunk_name":"T"}            takes them over from the database
///     POST /api/callerid/replace  {"T":{"1":"0247…","2":"…"}}   makes these the numbers of T
///
/// A trunk out of service stays so, also after a restart and a timed sync, until a sync or a replacement names it.
struct TrunkRequests: Sendable {
    private let numbers: NumberEditor
    private let audit: AdminAudit?
    /// The route of each trunk, by the settings.
    private let routesOfTrunks: [String: String]
    private let defaultRoute: String
    private let log: Logger

    init(_ service: CallerIDService, _ configuration: CallerIDConfiguration, log: Logger) {
        numbers = service.numbers
        audit = service.adminAudit
        routesOfTrunks = configuration.trunkPort.routesOfTrunks
        defaultRoute = configuration.defaultRoute
        self.log = log
    }

    var routes: [Route] {
        var options = Route.Options()
        options.deadline = .seconds(120)
        func route(_ path: String, _ handler: @escaping Route.Handler) -> Route {
            Route(.post, path, access: .authenticated, options: options, handler: handler)
        }
        return ["/api/callerid/delete", "/API_Delete_ALL_CALLERID"].map { route($0, withdraw) }
            + ["/api/callerid/sync", "/API_SYNC_CALLERID_FROM_DB"].map { route($0, synchronise) }
            + ["/api/callerid/replace", "/API_REPLACE_CALLERID"].map { route($0, replace) }
    }

    private func withdraw(_ request: RoutedRequest) async -> ServerResponse {
        guard let trunk = Self.trunk(request) else { return TrunkAnswers.answer(false, TrunkAnswers.badInput) }
        let isDone = await attempt("delete", trunk, request) { try await numbers.withdraw(trunk) }
        return TrunkAnswers.answer(
            isDone == nil,
            isDone == nil ? "DELETED ALL CALLERID IN: \(trunk)" : "CALLERID IN \(trunk) CAN NOT DELETED!"
        )
    }

    private func synchronise(_ request: RoutedRequest) async -> ServerResponse {
        guard let trunk = Self.trunk(request) else { return TrunkAnswers.answer(false, TrunkAnswers.badInput) }
        let problem = await attempt("sync", trunk, request) { try await numbers.restore(trunk) }
        let words = problem == nil ? "SYNC SUCCESS ALL CALLERID" : "SYNC FAILED CALLERID"
        return TrunkAnswers.answer(problem == nil, "\(words) FROM DB IN: \(trunk)")
    }

    private func replace(_ request: RoutedRequest) async -> ServerResponse {
        guard let trunks = Self.sets(request) else { return TrunkAnswers.answer(false, TrunkAnswers.badInput) }
        let names = trunks.map(\.trunk).joined(separator: ", ")
        let problem = await attempt("replace", names, request) {
            try await numbers.replace(trunks, routes: routesOfTrunks, defaultRoute: defaultRoute)
        }
        if case .elsewhere? = problem as? CallerIDStoreError {
            return TrunkAnswers.answer(false, "\(CallerIDStoreError.elsewhere)")
        }
        return TrunkAnswers.answer(
            problem == nil,
            problem == nil ? "REPLACED CALLERID IN: \(names)" : "CALLERID IN \(names) CAN NOT REPLACED!"
        )
    }

    /// Runs a change; returns what kept it from happening.
    private func attempt(
        _ action: String,
        _ trunk: String,
        _ request: RoutedRequest,
        _ body: () async throws -> Void
    ) async -> (any Error)? {
        let fields: [Logger.Field] = [
            .init(own: "action", action), .init("trunk", trunk),
            .init(own: "address", request.client.address?.description ?? "unknown"),
        ]
        do {
            try await body()
            log.info("numbers of a trunk changed", fields)
            audit?.note(AdminAudit.Actor(request), action, trunk)
            return nil
        } catch {
            log.warning("numbers of a trunk not changed", fields + [.init(own: "error", "\(error)")])
            return error
        }
    }

    // MARK: Bodies

    private static func trunk(_ request: RoutedRequest) -> String? {
        guard let trunk = try? request.json()["trunk_name"]?.string, TrunkName.isValid(trunk) else { return nil }
        return trunk
    }

    /// The numbers of each trunk, in the order of their keys; `nil` for anything that is not quite so.
    static func sets(_ request: RoutedRequest) -> [TrunkNumbers]? {
        guard let members = try? request.json().members, !members.isEmpty else { return nil }
        var sets: [TrunkNumbers] = []
        for member in members {
            guard TrunkName.isValid(member.name), !sets.contains(where: { $0.trunk == member.name }),
                let entries = member.value.members, !entries.isEmpty
            else { return nil }
            // 10 comes after 9.
            let sorted = entries.sorted { ($0.name.utf8.count, $0.name) < ($1.name.utf8.count, $1.name) }
            var numbers: [Digits] = []
            for entry in sorted {
                guard let number = entry.value.string.flatMap(Digits.init(callerID:)) else { return nil }
                if !numbers.contains(number) { numbers.append(number) }
            }
            sets.append(TrunkNumbers(trunk: member.name, numbers: numbers))
        }
        return sets
    }
}

/// All numbers of a trunk, the first of which is its default.
struct TrunkNumbers: Sendable, Equatable {
    let trunk: String
    let numbers: [Digits]
}
