package import Basics
package import Daemon
import Glibc
package import HTTP

/// The Unix socket in the folder of the spool, through which commands reach the running process.
///
/// Only root and the user of the process have access. Everything else works without the socket, so an error is only a
/// warning.
package struct ControlSocket: Service {
    package let name = "control"

    private let path: String
    private let admin: AdminAPI
    private let log: Logger

    private let metrics: EndpointMetrics?
    private let routes: [Route]

    /// How often the existence of the socket is checked.
    private let interval: Duration

    /// - Parameters:
    ///   - directory: the folder of the spool.
    ///   - routes: further routes, in addition to those of the admin API.
    package init(
        directory: String,
        admin: AdminAPI,
        log: Logger,
        metrics: EndpointMetrics? = nil,
        routes: [Route] = [],
        interval: Duration = .seconds(10)
    ) {
        path = Self.path(in: directory)
        self.admin = admin
        self.log = log
        self.metrics = metrics
        self.routes = routes
        self.interval = interval
    }

    /// The path of the socket.
    package static func path(in directory: String) -> String { "\(directory)/control.sock" }

    /// Listens until cancelled, also after the directory disappears and returns; removes the socket at the end.
    package func run() async throws {
        var server: HTTPServer?
        var problem: String?
        while !Task.isCancelled {
            let running = server
            var outcome: Result<HTTPServer, any Error>
            do throws(SystemError) {
                outcome = try await Thread.run("control") { Result { try keep(running) } }
            } catch {
                // A server that listens does not need this thread.
                outcome = running.map { .success($0) } ?? .failure(error)
            }
            switch outcome {
            case .success(let kept):
                (server, problem) = (kept, nil)
                metrics?.succeeded()
            case .failure(let error):
                metrics?.failed()
                if problem != "\(error)" { warn(of: error) }
                (server, problem) = (nil, "\(error)")
            }
            try? await Task.sleep(for: interval)
        }
        if let server {
            await Thread.runAnyway("control") { [path] in
                unsafe unlink(path)
                server.stop()
            }
        }
        try Task.checkCancellation()
    }

    private func warn(of error: any Error) {
        let isTooLong = (error as? SystemError)?.code == ENAMETOOLONG
        log.warning(
            "control socket unavailable",
            [
                .init(
                    "error",
                    isTooLong
                        ? "\(error); choose a SPOOL_DIR with a shorter path"
                        : "\(error); see that SPOOL_DIR can be written"
                )
            ]
        )
    }

    /// Returns the server, or a new one when there is none or its socket was removed.
    private func keep(_ server: HTTPServer?) throws -> HTTPServer {
        if let server {
            if unsafe access(path, F_OK) == 0 { return server }
            server.stop()
        }
        return try listen()
    }

    private func listen() throws -> HTTPServer {
        var options = HTTPServerOptions(.oneThread)
        options.ownerOnly = true
        options.connectionLimit = 16
        options.handlerLimit = 16
        options.idleTimeout = .seconds(30)
        return try HTTPServer(socket: try UnixSocket.listen(at: path), options: options, router: try router)
    }

    private var router: Router {
        get throws(RouteTableError) {
            var configuration = Router.Configuration()
            configuration.errors = Self.errors
            configuration.headers = [:]
            configuration.deadline = AdminRequest.timeout
            configuration.log = log
            let admin = admin
            let routes = AdminRequest.routes { method, pattern, read in
                Route(method, pattern, access: .open) { request in
                    let question = try read(request)
                    do throws(AdminError) {
                        let answer = try await admin.answer(question)
                        return ServerResponse(status: 200, headers: ["Content-Type": "application/json"], body: answer)
                    } catch {
                        throw error.failure
                    }
                }
            }
            return try Router(routes + self.routes, configuration)
        }
    }

    private static let errors = ErrorFormat { failure, _ in
        let text =
            failure.kind == .unknownPath
            ? "this is not here; use the same version of the command and of run" : failure.description
        var json = JSONWriter()
        json.beginObject()
        json.key("error")
        json.string(text)
        json.endObject()
        return ServerResponse(
            status: failure.status,
            headers: ["Content-Type": "application/json"],
            body: json.bytes
        )
    }
}
