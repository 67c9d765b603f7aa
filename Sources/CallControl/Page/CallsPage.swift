import Basics
import Daemon
import HTTP

/// The page of live calls: `GET /`, and its files below `/page`.
///
/// It is a program in the browser that uses the API as any other client does; nothing of the PBX is in the files, so that
/// everybody may have them.
enum CallsPage {
    /// Scripts, styles and requests of the same service only; no script or style within the markup.
    static let policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

    static let routes: [Route] = {
        let page: HTTPHeaders = ["Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy]
        return [file("/", page, PackageResources.calls_html)]
            + [
                file("/page/calls.css", "text/css; charset=utf-8", PageLook.style + PackageResources.calls_css),
                file("/page/page.svg", "image/svg+xml", PageLook.icon),
            ] + modules.map { file("/page/\($0).js", "text/javascript; charset=utf-8", $1) }
    }()

    /// By the names that they have in each other's imports.
    private static let modules: [(name: String, content: [UInt8])] = [
        ("admin", PackageResources.admin_js), ("agents", PackageResources.agents_js), ("app", PackageResources.app_js),
        ("calls", PackageResources.calls_js), ("dialogs", PackageResources.dialogs_js),
        ("elements", PackageResources.elements_js), ("format", PackageResources.format_js),
        ("health", PackageResources.health_js), ("model", PackageResources.model_js),
        ("session", PackageResources.session_js), ("stream", PackageResources.stream_js),
        ("transfers", PackageResources.transfers_js),
    ]

    private static func file(_ path: String, _ type: String, _ content: [UInt8]) -> Route {
        file(path, ["Content-Type": type], content)
    }

    private static func file(_ path: String, _ headers: HTTPHeaders, _ content: [UInt8]) -> Route {
        .immediate(.get, path, access: .open) { _ in ServerResponse(status: 200, headers: headers, body: content) }
    }
}
