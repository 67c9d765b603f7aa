package import Basics
package import Daemon
package import HTTP

extension CallsConfiguration {
    /// The folder of the control socket: the folder of CALLS_DB may have the socket of another service.
    var controlDirectory: String { "\(database)-control" }

    /// The socket by which commands reach the service that runs.
    ///
    /// Makes its folder, so it blocks; when that fails, the service works without.
    package func controlSocket(_ routes: [Route], log: Logger) -> ControlSocket {
        try? Directory.makePrivate(controlDirectory)
        return ControlSocket(
            directory: controlDirectory,
            folderSetting: "CALLS_DB",
            routes: routes,
            errors: CallsAnswers.errors,
            log: log
        )
    }
}
