import Basics
import Glibc
import HTTP

/// A consistent copy of the store, for commands on this machine.
extension CallerIDFeature {
    /// The copy in `CALLERID_DIR`, which the command takes away.
    static let backupName = "backup.db"

    static func backupRoutes(_ service: CallerIDService, _ configuration: CallerIDConfiguration) -> [Route] {
        var options = Route.Options()
        options.deadline = .seconds(3600)
        let isRunning = Lock(false)
        return [
            Route(.post, "/api/backup", access: .open, options: options) { request in
                let isFirst = isRunning.withLock { isRunning in
                    defer { isRunning = true }
                    return !isRunning
                }
                guard isFirst else { throw RequestFailure(status: 409, code: "busy", "another backup is under way") }
                defer { isRunning.withLock { $0 = false } }
                let path = "\(configuration.directory)/\(backupName)"
                // What a command that was killed left behind.
                _ = unsafe unlink(path)
                do {
                    try await service.engine.backup(to: path)
                } catch let error as CallerIDStoreError {
                    let status = error.isDiskRefusal ? 507 : 503
                    throw RequestFailure(status: status, code: "database", "\(error)")
                }
                service.note(request, "backup")
                return CallerIDAnswers.message("Copied") { $0.required("file", path) }
            }
        ]
    }
}
