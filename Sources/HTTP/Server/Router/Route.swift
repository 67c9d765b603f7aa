/// One row of a service's table of HTTP routes: what is asked, who may ask, and what answers.
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

    /// What differs from the other routes of a table.
    package struct Options: Sendable {
        /// The longest body, in bytes; `nil` for the router's.
        package var bodyLimit: Int?
        /// The time of the handler; `nil` for the router's.
        package var deadline: Duration?
        /// Whether HEAD is answered as GET is, without the body; false where asking changes something.
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

    /// A route whose handler may wait; its connection is set aside meanwhile.
    ///
    /// The handler's task is cancelled when its time is over, its client has gone or the server stops. It may throw
    /// `RequestFailure`; any other error is answered 500.
    ///
    /// - Parameter pattern: as `/v1/calls/{id}`; a name in braces stands for one part of a path that is not empty.
    package init(
        _ method: Method,
        _ pattern: String,
        access: Access,
        options: Options = Options(),
        handler: @escaping Handler
    ) {
        self.init(method, pattern, access, options, .deferred(handler))
    }

    /// A route whose handler answers at once, on the thread of the connection, where it must not block.
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
    /// Anybody; credentials are not looked at.
    case open
    /// Anybody; who sends credentials must send right ones, and the handler sees whose they are.
    case optional
    /// Whoever has credentials.
    case authenticated
    /// Whoever has credentials and one of these roles.
    case roles(Set<String>)

    func allows(_ principal: Principal) -> Bool {
        if case .roles(let roles) = self { !roles.isDisjoint(with: principal.roles) } else { true }
    }
}
