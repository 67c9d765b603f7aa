import Basics
import HTTP
import TestSupport
import Testing

@testable import CallControl

/// The files of the page, as a browser gets them.
struct CallsPageTests {
    private let files: [String: ServerResponse]

    init() async throws {
        let router = try Router(CallsPage.routes, Router.Configuration())
        var files: [String: ServerResponse] = [:]
        for route in CallsPage.routes {
            files[route.pattern] = await router.answer(ServerRequest(method: "GET", path: route.pattern))
        }
        self.files = files
    }

    private func text(_ path: String) -> String { String(decoding: files[path]?.body ?? [], as: UTF8.self) }

    private var modules: [String] { files.keys.filter { $0.hasSuffix(".js") } }

    @Test func `a browser takes scripts and styles of the service only, and none within the markup`() {
        let page = files["/"]
        #expect(page?.status == 200)
        #expect(
            page?.headers["Content-Security-Policy"]
                == "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        #expect(page?.headers["Cache-Control"] == "no-store" && page?.headers["X-Content-Type-Options"] == "nosniff")
        let markup = text("/")
        #expect(markup.matches(of: /<script(?![^>]* src=)/).isEmpty)
        #expect(markup.matches(of: /<style|\sstyle=|\son[a-z]+=|https?:|javascript:/).isEmpty)
    }

    @Test func `what the page and its modules name is served`() {
        var named = text("/").matches(of: /(?:src|href)="(\/page\/[^"]+)"/).map { String($0.1) }
        for path in modules {
            named += text(path).matches(of: /from "\.\/([^"]+)"/).map { "/page/\($0.1)" }
        }
        #expect(Set(named) == Set(files.keys.filter { $0 != "/" }))
        for path in modules {
            #expect(files[path]?.headers["Content-Type"] == "text/javascript; charset=utf-8", "\(path)")
        }
    }

    @Test func `no module makes markup from text, or keeps a token beyond its tab`() {
        #expect(modules.count > 5)
        let forbidden = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|localStorage|document\.cookie/
        for path in modules { #expect(text(path).firstMatch(of: forbidden) == nil, "\(path)") }
    }
}
