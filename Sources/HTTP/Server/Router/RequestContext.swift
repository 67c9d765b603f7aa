import Basics

/// One request in a router: what is known about it, and how it is answered.
struct RequestContext: Sendable {
    private let router: Router
    private let begun = ContinuousClock.now
    private let method: String
    let id: RequestID
    let client: RequestClient
    let origin: String?
    var route: Route?

    init(_ head: ServerRequest, _ router: Router) {
        self.router = router
        method = head.method
        id = RequestID(given: head.headers[RequestID.header])
        client = RequestClient(head, proxies: router.configuration.trustedProxies, isTLS: router.configuration.isTLS)
        origin = head.headers["Origin"]
    }

    private var source: RequestSource {
        RequestSource(id: id, client: client, method: method, pattern: route?.pattern)
    }

    /// Whether the request comes from a page of another origin that is not allowed.
    var isForeign: Bool {
        guard let origin, let policy = router.configuration.crossOrigin, policy.refusesOthers,
            !CrossOriginPolicy.isOwn(origin, host: client.host)
        else { return false }
        return !(policy.allows(origin) && (route?.options.allowsOtherOrigins ?? true))
    }

    /// Converts an error of a handler to a failure, and reports it.
    func failure(of error: any Error) -> RequestFailure {
        if let failure = error as? RequestFailure {
            router.configuration.didFail?(failure, source)
            return failure
        }
        if error is CancellationError { return RequestFailure(.stopping, "the request was cancelled") }
        let failure = RequestFailure(.bug, "internal error")
        var source = source
        source.error = error
        router.configuration.didFail?(failure, source)
        return failure
    }

    /// The answer to a failure of a handler that answers later.
    func response(to failure: DeferredAnswer.Failure) -> ServerResponse {
        switch failure {
        case .busy:
            refused(RequestFailure(.busy, "too many requests are at work; try again", headers: ["Retry-After": "1"]))
        case .deadline: refused(RequestFailure(.deadline, "the answer was not ready in time"))
        case .stopping:
            refused(RequestFailure(.stopping, "the service stops; try again", headers: ["Retry-After": "5"]))
        case .gone: formatted(RequestFailure(.clientGone, "the client closed the connection"))
        }
    }

    /// The answer to a request that reaches no handler; the failure is reported.
    func refused(_ failure: RequestFailure) -> ServerResponse {
        router.configuration.didFail?(failure, source)
        return formatted(failure)
    }

    func formatted(_ failure: RequestFailure) -> ServerResponse {
        var failure = failure
        if failure.status == 401, let challenge = router.configuration.authentication?.challenge {
            failure.headers.append("WWW-Authenticate", challenge)
        }
        return complete((route?.options.errors ?? router.configuration.errors).response(failure, id))
    }

    /// The answer with the headers that every answer has.
    func complete(_ response: ServerResponse) -> ServerResponse {
        guard !response.isReset else { return response }
        var response = response
        response.headers.reserveRoom(router.configuration.headers.fields.count + 1)
        for field in router.configuration.headers.fields where response.headers[field.name] == nil {
            response.headers.append(field.name, field.value)
        }
        response.headers.append(RequestID.header, id.description)
        guard let policy = router.configuration.crossOrigin else { return response }
        let isAllowed = route?.options.allowsOtherOrigins ?? true
        for field in policy.headers(for: origin, isAllowed: isAllowed).fields {
            response.headers.append(field.name, field.value)
        }
        return response
    }

    /// Called once, with the answer that the client gets.
    func didFinish(_ response: ServerResponse) {
        let duration = begun.duration(to: .now)
        router.configuration.log?.debug(
            "request answered",
            [
                .init("method", method), .init(own: "route", route?.pattern ?? "none"),
                .init("status", response.status),
                .init(own: "took", duration.formatted), .init("request_id", id),
            ]
        )
        router.configuration.didAnswer?(AnsweredRequest(source: source, status: response.status, duration: duration))
    }
}
