/// One row of a service's table of HTTP routes: method and path, who may use it, and what answers.
package struct Route: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package typealias Handler = @Sendable (RoutedRequest) async throws -> ServerResponse
    package typealias ImmediateHandler = @Sendable (RoutedRequest) throws -> ServerResponse

    /// Options that differ from those of the router.
    package struct Options: Sendable {
        /// The longest body, in bytes; `nil` for the router's.
        package var bodyLimit: Int?
        /// The time limit of the handler; `nil` for the router's.
        package var deadline: Duration?
        /// Whether HEAD is answered like GET, without the body; false where a request changes something.
        package var answersHead = true
        /// Whether pages of other origins that the router allows may use it.
        package var allowsOtherOrigins = true
        /// The form of errors; `nil` for the router's.
        package var errors: ErrorFormat?

        package init() {}
    }

    enum Action: Sendable {
        case immediate(ImmediateHandler)
        case deferred(Handler)
    }

    package let method: Method
    package let pattern: String
    package var access: Access
    package var options: Options
    let action: Action

    private init(_ method: Method, _ pattern: String, _ access: Access, _ options: Options, _ action: Action) {
        self.method = method
        self.pattern = pattern
        self.access = access
        self.options = options
        self.action = action
    }

    /// A route whose handler may wait; its connection is suspended meanwhile.
    ///
    /// The handler's task is cancelled when its time is over, its client has gone or the server stops. It may throw
    /// `RequestFailure`; any other error is answered with 500.
    ///
    /// - Parameter pattern: such as `/v1/calls/{id}`; a name in braces matches one segment of a path that is not empty.
    package init(
        _ method: Method,
        _ pattern: String,
        access: Access,
        options: Options = Options(),
        handler: @escaping Handler
    ) {
        self.init(method, pattern, access, options, .deferred(handler))
    }

    /// A route whose handler answers at once, on the thread of the connection, so it must not block.
    package static func immediate(
        _ method: Method,
        _ pattern: String,
        access: Access,
        options: Options = Options(),
        handler: @escaping ImmediateHandler
    ) -> Route {
        Route(method, pattern, access, options, .immediate(handler))
    }
}

/// Who may use a route.
package enum Access: Sendable, Equatable {
    /// Any client; credentials are not checked.
    case open
    /// Any client; credentials, if sent, must be right, and the handler sees whose they are.
    case optional
    /// Clients with credentials.
    case authenticated
    /// Clients with credentials and one of these roles.
    case roles(Set<String>)

    func allows(_ principal: Principal) -> Bool {
        if case .roles(let roles) = self { !roles.isDisjoint(with: principal.roles) } else { true }
    }
}
