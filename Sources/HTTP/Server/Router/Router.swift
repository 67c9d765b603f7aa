import Basics

/// A service's table of HTTP routes, and the checks before their handlers.
///
/// **Order.** The checks are: names in Host, the route, Origin, credentials and role, the length of the body, and then
/// the handler runs; all but the last two happen once the head has arrived, so a client without credentials cannot fill
/// memory with a body.
///
/// **Routes.** A pattern has literals and parameters, `/v1/calls/{id}`. A literal takes precedence over a parameter,
/// and two routes of one method of which neither takes precedence are an error when the table is made. Paths are
/// compared exactly: a slash at the end counts, and an escaped one is part of a segment. An unknown path is answered
/// with 404; one that has only other methods with 405 and `Allow`; HEAD like GET.
///
/// **Handlers.** A handler that answers at once runs on the connection's thread. Any other is a task, with the
/// connection suspended; it is cancelled when its deadline is over (504), its client has gone or the server stops
/// (503). The server limits how many run at once (503).
///
/// **Answers.** Each has a request id, which is also in the log, and security headers for browsers. Failures have one
/// form, JSON unless the table or a route sets another.
///
/// A handler may return `ServerResponse.events`; an answer that takes over the connection would fit in the same place.
///
/// ```swift
/// var configuration = Router.Configuration()
/// configuration.authentication = .token(token, principal: Principal("admin", roles: ["admin"]))
/// let router = try Router(
///     [
///         .immediate(.get, "/healthz", access: .open) { _ in ServerResponse(status: 200, text: "ok\n") },
///         Route(.delete, "/v1/calls/{id}", access: .roles(["admin"])) { request in
///             try await calls.hangUp(request["id"])
///             return ServerResponse(status: 204)
///         },
///     ],
///     configuration
/// )
/// let server = try HTTPServer(host: "127.0.0.1", port: 8000, options: HTTPServerOptions(.threads(2)), router: router)
/// ```
package final class Router: Responder {
    private let table: RouteTable
    let configuration: Configuration

    /// - Throws: `RouteTableError`: a bug of the service.
    package init(_ routes: [Route], _ configuration: Configuration = Configuration()) throws(RouteTableError) {
        table = try RouteTable(routes)
        self.configuration = configuration
        guard configuration.authentication == nil else { return }
        for route in routes where route.access != .open { throw .noAuthentication(route.pattern) }
        if configuration.unknownPaths != .open { throw .noAuthentication("any unknown path") }
    }

    /// The answer to a request that did not come through a server; without a deadline and without a limit on handlers.
    package func answer(_ request: ServerRequest) async -> ServerResponse {
        let admission = admit(request)
        switch admission.answer(request.body.count > admission.bodyLimit ? nil : request.body) {
        case .now(let response): return response
        case .later(let deferred):
            let response = await deferred.work()
            deferred.didFinish(response)
            return response
        }
    }

    /// As `answer`, for handlers that answer at once; `nil` when the handler answers later, which is then not started.
    package func immediateAnswer(_ request: ServerRequest) -> ServerResponse? {
        let admission = admit(request)
        let answer = admission.answer(request.body.count > admission.bodyLimit ? nil : request.body)
        return if case .now(let response) = answer { response } else { nil }
    }

    func admit(_ head: ServerRequest) -> RequestAdmission {
        var context = RequestContext(head, self)
        do throws(RequestFailure) {
            return try admit(head, &context)
        } catch {
            return refused(context.refused(error), context)
        }
    }

    private func refused(_ response: ServerResponse, _ context: RequestContext) -> RequestAdmission {
        RequestAdmission(bodyLimit: 0) { _ in
            context.didFinish(response)
            return .now(response)
        }
    }

    private func admit(_ head: ServerRequest, _ context: inout RequestContext) throws(RequestFailure)
        -> RequestAdmission
    {
        if let hosts = configuration.hosts, !hosts.allows(context.client.host) {
            throw RequestFailure(.misdirected, "Host is not a name of this service")
        }
        let segments = head.segments
        if let response = preflight(head, segments, &context) { return refused(response, context) }
        let match = segments.map { table.find(head.method, $0) } ?? .unknownPath
        if case .found(let route, _) = match { context.route = route }
        if context.isForeign {
            throw RequestFailure(.foreignOrigin, "pages of this origin may not use the service")
        }
        let access = context.route?.access ?? configuration.unknownPaths
        let principal = try principal(head, access, context.client)
        switch match {
        case .found(let route, let parameters): return admission(route, parameters, principal, head, context)
        case .otherMethods(let methods):
            let allowed = methods.joined(separator: ", ")
            throw RequestFailure(.methodNotAllowed, "the methods here are \(allowed)", headers: ["Allow": allowed])
        case .unknownPath: throw RequestFailure(.unknownPath, "there is no such path")
        }
    }

    /// The answer to a browser's preflight request; `nil` for any other request.
    private func preflight(_ head: ServerRequest, _ segments: [String]?, _ context: inout RequestContext)
        -> ServerResponse?
    {
        guard head.method == "OPTIONS", context.origin != nil, let policy = configuration.crossOrigin, let segments,
            let method = head.headers["Access-Control-Request-Method"],
            case .found(let route, _) = table.find(method, segments),
            case .otherMethods(let methods) = table.find(head.method, segments)
        else { return nil }
        context.route = route
        guard !context.isForeign else { return nil }
        return context.complete(ServerResponse(status: 204, headers: policy.preflight(methods: methods)))
    }

    private func principal(
        _ head: ServerRequest,
        _ access: Access,
        _ client: RequestClient
    ) throws(RequestFailure) -> Principal? {
        guard access != .open, let authentication = configuration.authentication else { return nil }
        let failures = configuration.accessFailures
        switch authentication.outcome(of: head, client) {
        case .accepted(let principal):
            guard access.allows(principal) else { throw failures.forbidden }
            return principal
        case .missing:
            guard access != .optional else { return nil }
            throw failures.missing
        case .denied(let failure): throw failure
        case .refused(let failure):
            if let wait = configuration.failedLogins?.record(client.address) {
                throw RequestFailure(
                    .tooManyFailures,
                    "too many failed logins; try again later",
                    headers: ["Retry-After": "\(max(wait.components.seconds, 1))"]
                )
            }
            throw failure ?? failures.refused
        }
    }

    private func admission(
        _ route: Route,
        _ parameters: [String: String],
        _ principal: Principal?,
        _ head: ServerRequest,
        _ context: RequestContext
    ) -> RequestAdmission {
        let limit = route.options.bodyLimit ?? configuration.bodyLimit
        let deadline = route.options.deadline ?? configuration.deadline
        return RequestAdmission(bodyLimit: limit) { body in
            guard let body else {
                let failure = RequestFailure(.bodyTooLarge, "the body is longer than \(limit) bytes")
                return .now(Self.finished(context.refused(failure), context))
            }
            var request = head
            request.body = body
            let routed = RoutedRequest(
                request: request,
                parameters: parameters,
                principal: principal,
                client: context.client,
                id: context.id
            )
            switch route.action {
            case .immediate(let handler):
                do {
                    return .now(Self.finished(context.complete(try handler(routed)), context))
                } catch {
                    return .now(Self.finished(context.formatted(context.failure(of: error)), context))
                }
            case .deferred(let handler):
                let work = { @Sendable () async -> ServerResponse in
                    do {
                        return context.complete(try await handler(routed))
                    } catch {
                        // Whatever a cancelled handler throws, the client already has another answer.
                        let error = Task.isCancelled ? CancellationError() : error
                        return context.formatted(context.failure(of: error))
                    }
                }
                return .later(
                    DeferredAnswer(
                        deadline: .now + deadline,
                        work: work,
                        failed: { context.response(to: $0) },
                        didFinish: { context.didFinish($0) }
                    )
                )
            }
        }
    }

    private static func finished(_ response: ServerResponse, _ context: RequestContext) -> ServerResponse {
        context.didFinish(response)
        return response
    }
}
