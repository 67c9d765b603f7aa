import Basics
import Daemon
import HTTP

/// What the service answers over HTTP, beside what every service has.
extension CallerIDFeature {
    /// The routes of a port.
    ///
    /// - Parameter isLocal: for the control socket, which only root and the service's own user reach: no token is asked
    ///   for.
    static func routes(
        _ service: CallerIDService,
        _ configuration: CallerIDConfiguration,
        isLocal: Bool
    ) -> [Route] {
        func access(_ role: String) -> Access { isLocal ? .open : .roles([role]) }
        var options = Route.Options()
        options.answersHead = false
        let nextAccess = configuration.requiresToken && !isLocal ? Access.authenticated : .open
        func next(_ method: Route.Method) -> Route {
            // Without Redis there is nothing to wait for.
            guard service.shared != nil else {
                return .immediate(method, "/next-cid", access: nextAccess, options: options) { Self.next($0, service) }
            }
            return Route(method, "/next-cid", access: nextAccess, options: options) { await Self.next($0, service) }
        }
        return [
            next(.get), next(.post),
            .immediate(.get, "/", access: .open) { _ in about },
            .immediate(.get, "/health", access: .open) { _ in health(service) },
            .immediate(.get, "/api/stats", access: access("viewer")) { _ in stats(service) },
            .immediate(.get, "/api/explain", access: access("viewer")) { try explain($0, service) },
            Route(.get, "/api/audit", access: access("viewer")) { try await history($0, service) },
            Route(.get, "/api/numbers", access: access("viewer")) { try await list($0, service) },
            Route(.get, "/api/numbers/{caller_id}", access: access("viewer")) { try await show($0, service) },
            Route(.post, "/add-number", access: access("admin"), options: options) { try await add($0, service) },
            Route(.patch, "/api/numbers/{caller_id}", access: access("admin")) { try await change($0, service) },
            Route(.delete, "/api/numbers/{caller_id}", access: access("admin")) { try await remove($0, service) },
            Route(.delete, "/api/reservation/{caller_id}", access: access("operator")) {
                try await release($0, service)
            },
        ] + transferRoutes(service, configuration, access) + syncRoutes(service, access)
    }

    // MARK: Decisions

    /// Decides without waiting.
    private static func next(_ request: RoutedRequest, _ service: CallerIDService) -> ServerResponse {
        switch read(request, service) {
        case .refused(let response): return response
        case .accepted(let next, let isText):
            return response(
                to: next,
                service.decide(next, endpoint: "/next-cid", method: request.method),
                isText: isText
            )
        }
    }

    /// Decides in Redis.
    private static func next(_ request: RoutedRequest, _ service: CallerIDService) async -> ServerResponse {
        switch read(request, service) {
        case .refused(let response): return response
        case .accepted(let next, let isText):
            let promise = Promise<CallerIDService.Answer>()
            service.decide(next, endpoint: "/next-cid", method: request.method) { promise.fulfil($0) }
            return response(to: next, await promise.value, isText: isText)
        }
    }

    private enum NextRequest {
        case accepted(NextCallerIDRequest, isText: Bool)
        case refused(ServerResponse)
    }

    private static func read(_ request: RoutedRequest, _ service: CallerIDService) -> NextRequest {
        let parameters: RequestParameters
        do throws(RequestFailure) {
            parameters = try RequestParameters(request)
        } catch {
            service.metrics.requests[.invalid]?.add()
            return .refused(CallerIDAnswers.detail(error.status, error.description))
        }
        do throws(NextCallerIDRequest.Problem) {
            let next = try NextCallerIDRequest(parameters, withoutPrefix: service.prefix)
            return .accepted(next, isText: parameters["format"] == "text")
        } catch {
            service.metrics.requests[.invalid]?.add()
            if case .missing(let names) = error { return .refused(CallerIDAnswers.missing(names)) }
            return .refused(CallerIDAnswers.detail(400, error.text))
        }
    }

    private static func response(
        to next: NextCallerIDRequest,
        _ answer: CallerIDService.Answer,
        isText: Bool
    ) -> ServerResponse {
        if isText { return text(answer) }
        switch answer {
        case .number(let number, let areaCode, let carrier, let reservedFor):
            return CallerIDAnswers.granted(
                number,
                areaCode: areaCode,
                carrier: carrier,
                reservedFor: reservedFor,
                to: next.request
            )
        case .rateLimited(let wait):
            return CallerIDAnswers.rateLimited(next.request.agent, retryAfter: wait)
        case .unavailable(let reason, let wait):
            return CallerIDAnswers.unavailable(reason, retryAfter: wait)
        case .undecided(let reason): return CallerIDAnswers.undecided(reason)
        }
    }

    /// Which number a request would get, and why.
    private static func explain(
        _ request: RoutedRequest,
        _ service: CallerIDService
    ) throws(RequestFailure) -> ServerResponse {
        let parameters = try RequestParameters(request)
        do throws(NextCallerIDRequest.Problem) {
            let next = try NextCallerIDRequest(parameters, withoutPrefix: service.prefix).request
            return ExplanationAnswer.response(service.engine.explain(next), to: next)
        } catch {
            if case .missing(let names) = error { return CallerIDAnswers.missing(names) }
            throw RequestFailure(.badRequest, error.text)
        }
    }

    /// Only the number, or nothing, for dialplans that cannot read JSON.
    private static func text(_ answer: CallerIDService.Answer) -> ServerResponse {
        switch answer {
        case .number(let number, _, _, _): ServerResponse(status: 200, text: number)
        case .rateLimited(let wait):
            ServerResponse(status: 429, headers: ["Content-Type": "text/plain", "Retry-After": String(wait)])
        case .unavailable(_, let wait):
            ServerResponse(status: 503, headers: ["Content-Type": "text/plain", "Retry-After": String(wait)])
        case .undecided: ServerResponse(status: 503, headers: ["Content-Type": "text/plain", "Retry-After": "1"])
        }
    }

    private static func release(
        _ request: RoutedRequest,
        _ service: CallerIDService
    ) async throws(RequestFailure) -> ServerResponse {
        let number = try callerID(request["caller_id"])
        let reservation = service.engine.reservation(of: number)
        let promise = Promise<Bool>()
        service.release(number, holder: nil) { promise.fulfil($0) }
        let isReleased = await promise.value
        service.note(request, "release", number, old: isReleased ? reservation.map { .reservation($0) } : nil)
        service.noteRelease(of: number, endpoint: "/api/reservation", method: "DELETE")
        return CallerIDAnswers.message("Reservation released for \(number)") { json in
            json.key("released_from_redis")
            json.boolean(isReleased)
        }
    }

    // MARK: Numbers

    private static func callerID(_ text: String) throws(RequestFailure) -> Digits {
        guard let number = Digits(callerID: text) else {
            throw RequestFailure(.badRequest, "Invalid caller-ID format")
        }
        return number
    }

    private static func add(_ request: RoutedRequest, _ service: CallerIDService) async throws -> ServerResponse {
        let record = try NumberFields(RequestParameters(request)).record()
        let stored = try await stored { () async throws(CallerIDStoreError) in
            try await service.numbers.add(record)
        }
        service.note(request, "add", stored.number, new: .number(stored))
        return CallerIDAnswers.message("Caller-ID \(stored.number) added successfully") { json in
            json.key("data")
            json.number(stored, lastUsed: nil)
        }
    }

    private static func change(_ request: RoutedRequest, _ service: CallerIDService) async throws -> ServerResponse {
        let number = try callerID(request["caller_id"])
        let fields = NumberFields(try RequestParameters(request))
        let stored = try await stored { () async throws(CallerIDStoreError) in
            try await service.engine.record(number)
        }
        let changed = try fields.changing(stored)
        let result = try await Self.stored { () async throws(CallerIDStoreError) in
            try await service.numbers.change(changed)
        }
        service.note(request, "change", number, old: .number(stored), new: .number(result))
        return row(result, service)
    }

    private static func remove(_ request: RoutedRequest, _ service: CallerIDService) async throws -> ServerResponse {
        let number = try callerID(request["caller_id"])
        let stored = try await stored { () async throws(CallerIDStoreError) in
            try await service.engine.record(number)
        }
        let answer = row(stored, service)
        try await Self.stored { () async throws(CallerIDStoreError) in try await service.numbers.remove(number) }
        service.note(request, "remove", number, old: .number(stored))
        return answer
    }

    /// A number with its use and its reservation, for `callerid show`.
    private static func show(_ request: RoutedRequest, _ service: CallerIDService) async throws -> ServerResponse {
        let number = try callerID(request["caller_id"])
        let stored = try await stored { () async throws(CallerIDStoreError) in
            try await service.engine.record(number)
        }
        guard let occupation = service.engine.occupation(of: number) else { return row(stored, service) }
        var json = JSONWriter()
        json.beginObject()
        json.key("number")
        json.number(stored, lastUsed: service.lastUsed(number))
        json.required("uses_this_hour", occupation.hourCount)
        json.required("uses_today", occupation.dayCount)
        json.key("reservation")
        if let reservation = occupation.reservation { json.reservation(reservation) } else { json.null() }
        json.key("free_at")
        json.timestampOrNull(occupation.freeAt.map { Timestamp(microseconds: max($0, Timestamp.now().microseconds)) })
        json.endObject()
        return ServerResponse(status: 200, headers: CallerIDAnswers.json, body: json.bytes)
    }

    private static func row(_ record: NumberRecord, _ service: CallerIDService) -> ServerResponse {
        var json = JSONWriter()
        json.number(record, lastUsed: service.lastUsed(record.number))
        return ServerResponse(status: 200, headers: CallerIDAnswers.json, body: json.bytes)
    }

    private static func list(_ request: RoutedRequest, _ service: CallerIDService) async throws -> ServerResponse {
        let filter = try NumberFilter(request.query)
        let page = filter.page(
            of: try await stored { () async throws(CallerIDStoreError) in try await service.engine.numbers() }
        )
        var json = JSONWriter()
        json.beginObject()
        json.key("items")
        json.beginArray()
        for record in page.items { json.number(record, lastUsed: service.lastUsed(record.number)) }
        json.endArray()
        json.key("next")
        json.stringOrNull(page.next)
        json.endObject()
        return ServerResponse(status: 200, headers: CallerIDAnswers.json, body: json.bytes)
    }

    /// Runs a change of the store; its errors become answers.
    static func stored<Result: Sendable>(
        _ body: () async throws(CallerIDStoreError) -> Result
    ) async throws(RequestFailure) -> Result {
        do throws(CallerIDStoreError) {
            return try await body()
        } catch {
            switch error {
            case .exists: throw RequestFailure(status: 409, code: "exists", "\(error)")
            case .unknown: throw RequestFailure(status: 404, code: "unknown", "\(error)")
            case .elsewhere, .unfit: throw RequestFailure(status: 409, code: "elsewhere", "\(error)")
            case .away, .directory, .database, .locked, .newer:
                let status = error.isDiskRefusal ? 507 : 503
                throw RequestFailure(status: status, code: "database", "Database not available")
            }
        }
    }
}

extension CallerIDService {
    /// When a number was used last; `nil` for never.
    fileprivate func lastUsed(_ number: Digits) -> Timestamp? {
        guard let last = engine.use(of: number)?.lastUsed, last > 0 else { return nil }
        return Timestamp(microseconds: last)
    }
}
