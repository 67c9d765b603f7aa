package import Basics
package import Daemon
package import HTTP

extension ControlSocket {
    /// The control socket of `run`, in the folder of the spool.
    ///
    /// - Parameter routes: further routes, in addition to those of the admin API.
    package init(
        directory: String,
        admin: AdminAPI,
        log: Logger,
        metrics: EndpointMetrics? = nil,
        routes: [Route] = [],
        interval: Duration = .seconds(10)
    ) {
        let own = AdminRequest.routes { method, pattern, read in
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
        self.init(
            directory: directory,
            folderSetting: "SPOOL_DIR",
            routes: own + routes,
            errors: Self.errors,
            deadline: AdminRequest.timeout,
            log: log,
            metrics: metrics,
            interval: interval
        )
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
