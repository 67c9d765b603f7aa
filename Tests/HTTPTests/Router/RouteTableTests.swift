import Testing

@testable import HTTP

struct RouteTableTests {
    private static func route(_ text: String) -> Route {
        let words = text.split(separator: " ")
        return .immediate(Route.Method(rawValue: String(words[0])) ?? .get, String(words[1]), access: .open) { _ in
            ServerResponse(status: 200, text: text)
        }
    }

    private static let table = [
        "GET /", "GET /calls", "POST /calls", "GET /calls/{id}", "GET /calls/active", "DELETE /calls/{call}",
        "POST /calls/{id}/hold", "GET /{any}/{other}/c", "GET /socket.io/", "GET /calls/{id}/x/{part}",
        "GET /a%b".filter { $0 != "%" },
    ]

    private func find(_ request: String) throws -> String {
        let words = request.split(separator: " ", omittingEmptySubsequences: false).map { String($0) }
        let segments = try #require(ServerRequest(method: words[0], path: words[1], escapedPath: words[1]).segments)
        switch try RouteTable(Self.table.map(Self.route)).find(words[0], segments) {
        case .found(let route, let parameters):
            let names = parameters.keys.sorted().map { "\($0)=\(parameters[$0] ?? "")" }
            return ([route.method.rawValue, route.pattern] + names).joined(separator: " ")
        case .otherMethods(let methods): return "405 \(methods.joined(separator: ","))"
        case .unknownPath: return "404"
        }
    }

    @Test(arguments: [
        ("GET /", "GET /"), ("GET /calls", "GET /calls"), ("HEAD /calls", "GET /calls"),
        ("GET /calls/active", "GET /calls/active"), ("GET /calls/activ", "GET /calls/{id} id=activ"),
        ("DELETE /calls/active", "DELETE /calls/{call} call=active"),
        ("GET /calls/b/c", "GET /{any}/{other}/c any=calls other=b"),
        ("GET /calls/1/x/2", "GET /calls/{id}/x/{part} id=1 part=2"),
        ("POST /calls/7/hold", "POST /calls/{id}/hold id=7"), ("GET /calls/7/hold", "405 POST"),
        ("PUT /calls", "405 GET,HEAD,POST"), ("PATCH /calls/active", "405 DELETE,GET,HEAD"),
        ("OPTIONS /", "405 GET,HEAD"),
        ("get /", "405 GET,HEAD"), ("GET /calls/", "404"), ("GET //calls", "404"), ("GET /calls//hold", "404"),
        ("GET /Calls", "404"), ("GET /socket.io/", "GET /socket.io/"), ("GET /socket.io", "404"),
        ("GET /../calls", "404"),
    ])
    func `a path finds the route with the most literals, or 404, or 405 with the methods`(
        request: String,
        route: String
    )
        throws
    {
        #expect(try find(request) == route)
    }

    @Test(arguments: [
        ("/calls/a%2Fb", "GET /calls/{id} id=a/b"), ("/calls/%61ctive", "GET /calls/active"),
        ("/calls%2Factive", "404"), ("/calls/%2e%2E", "GET /calls/{id} id=.."), ("/calls/%", "GET /calls/{id} id=%"),
        ("/calls/%zz", "GET /calls/{id} id=%zz"), ("/calls/%E2%82%ac", "GET /calls/{id} id=€"),
        ("/calls/%252F", "GET /calls/{id} id=%2F"), ("/calls/a+b", "GET /calls/{id} id=a+b"),
        ("/calls/%ff", "GET /calls/{id} id=\u{fffd}"),
    ])
    func `each segment is decoded once, by itself`(path: String, route: String) throws {
        #expect(try find("GET \(path)") == route)
    }

    @Test(arguments: [
        ["GET /a", "GET /a"], ["GET /{a}", "GET /{b}"], ["GET /{a}/b", "GET /a/{b}"],
        ["POST /a/{b}/c", "POST /a/{d}/c"],
    ])
    func `two routes between which nothing decides are an error`(routes: [String]) {
        #expect(throws: RouteTableError.self) { try RouteTable(routes.map(Self.route)) }
    }

    @Test(arguments: [
        ["GET /a", "POST /a"], ["GET /{a}", "GET /a"], ["GET /{a}", "GET /"], ["GET /a/{b}", "GET /a/"],
        ["GET /{a}/b", "GET /{a}/c"], ["GET /{a}/b/{c}", "GET /{a}/b/c"],
    ])
    func `routes of which one is more specific stand side by side`(routes: [String]) throws {
        _ = try RouteTable(routes.map(Self.route))
    }

    @Test(arguments: [
        "", "a", "/{}", "/{a", "/a}", "/{a}/{a}", "//", "/a//b", "/a?b", "/a#b", "/a%20b", "/{{a}}", "/x{a}",
    ])
    func `a pattern that is none is an error`(pattern: String) {
        #expect(throws: RouteTableError.malformed(pattern)) { try RoutePattern(pattern) }
    }

    @Test func `a target that is no path has no segments`() {
        for target in ["*", "", "http://localhost/calls", "calls"] {
            #expect(ServerRequest(method: "GET", path: target).segments == nil)
        }
    }

    @Test func `routes with access and no authentication are an error`() throws {
        let route = Route.immediate(.get, "/a", access: .authenticated) { _ in ServerResponse(status: 200) }
        #expect(throws: RouteTableError.noAuthentication("/a")) { try Router([route]) }
        var configuration = Router.Configuration()
        configuration.unknownPaths = .authenticated
        #expect(throws: RouteTableError.self) { try Router([], configuration) }
    }
}
