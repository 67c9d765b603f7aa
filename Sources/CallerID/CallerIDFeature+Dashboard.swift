import Basics
import Daemon
import HTTP

/// The dashboard, and the history.
extension CallerIDFeature {
    /// The page for people with its files; a browser logs in with a form.
    static func dashboardRoutes(
        _ service: CallerIDService,
        _ configuration: CallerIDConfiguration,
        _ login: DashboardLogin
    ) -> [Route] {
        var options = Route.Options()
        options.allowsOtherOrigins = false
        options.errors = login.errors
        var posted = options
        posted.bodyLimit = 16 << 10
        let access = Access.roles([TokenRole.viewer.rawValue])
        func file(_ path: String, _ type: String, _ content: [UInt8]) -> Route {
            .immediate(.get, path, access: .open) { _ in
                ServerResponse(status: 200, headers: ["Content-Type": type], body: content)
            }
        }
        return [
            Route(.get, "/dashboard", access: access, options: options) { request in
                try await dashboard(request, service, configuration)
            },
            .immediate(.post, "/dashboard", access: .open, options: posted) { request in try login.logIn(request) },
            .immediate(.post, "/dashboard/logout", access: .open, options: posted) { login.logOut($0) },
            file("/dashboard.css", "text/css; charset=utf-8", PageLook.style + PackageResources.dashboard_css),
            file("/dashboard.js", "text/javascript; charset=utf-8", PackageResources.dashboard_js),
            file("/dashboard.svg", "image/svg+xml", PageLook.icon),
        ]
    }

    /// The page, or with `format=json` its content for the page's script.
    private static func dashboard(
        _ request: RoutedRequest,
        _ service: CallerIDService,
        _ configuration: CallerIDConfiguration
    ) async throws -> ServerResponse {
        let searched = request.query["caller_id"] ?? ""
        var page: HistoryPage?
        if let number = Digits(callerID: searched) {
            var query = HistoryQuery()
            query.number = number
            page = try? await service.engine.history(query)
        }
        let health = (try? JSONParser.parse(health(service).body[...])) ?? .null
        let state = DashboardState(service, configuration, health: health, searched: searched, history: page)
        let dashboard = Dashboard(state)
        guard request.query["format"] == "json" else {
            return ServerResponse(status: 200, headers: DashboardLogin.headers, body: dashboard.html)
        }
        return ServerResponse(status: 200, headers: CallerIDAnswers.json, body: dashboard.json)
    }

    /// Who had which number when: a page of the history.
    static func history(_ request: RoutedRequest, _ service: CallerIDService) async throws -> ServerResponse {
        let query = try HistoryRequest.query(request.query)
        let page = try await stored { () async throws(CallerIDStoreError) in try await service.engine.history(query) }
        return HistoryRequest.response(page)
    }
}
