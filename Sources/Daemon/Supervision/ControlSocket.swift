package import Basics
import Glibc
package import HTTP

/// The Unix socket in the folder of a service's data, through which commands reach the running process.
///
/// Only root and the user of the process have access. Everything else works without the socket, so an error is only a
/// warning.
package struct ControlSocket: Service {
    package let name = "control"

    private let path: String
    private let folderSetting: String
    private let router: Result<Router, RouteTableError>
    private let log: Logger
    private let metrics: EndpointMetrics?

    /// How often the existence of the socket is checked.
    private let interval: Duration

    /// - Parameters:
    ///   - directory: the folder with the data.
    ///   - folderSetting: the setting that names it, for advice in the log.
    ///   - routes: open to all who reach the socket.
    package init(
        directory: String,
        folderSetting: String,
        routes: [Route],
        errors: ErrorFormat,
        deadline: Duration = .seconds(30),
        log: Logger,
        metrics: EndpointMetrics? = nil,
        interval: Duration = .seconds(10)
    ) {
        path = Self.path(in: directory)
        self.folderSetting = folderSetting
        self.log = log
        self.metrics = metrics
        self.interval = interval
        var configuration = Router.Configuration()
        configuration.errors = errors
        configuration.headers = [:]
        configuration.deadline = deadline
        configuration.bodyLimit = 32 << 20
        configuration.log = log
        let settings = configuration
        router = Result { () throws(RouteTableError) in try Router(routes, settings) }
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
                        ? "\(error); choose a \(folderSetting) with a shorter path"
                        : "\(error); see that \(folderSetting) can be written"
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
        return try HTTPServer(socket: try UnixSocket.listen(at: path), options: options, router: try router.get())
    }
}
