import Basics
import Daemon
import Glibc
import HTTP

/// `callerid backup`: a consistent copy of the store, while the service runs or not.
enum BackupCommand {
    static let command = Command(
        "callerid backup",
        summary: "Copy the SQLite store of caller IDs, while the service runs or not",
        discussion:
            "The copy is a complete database. To restore it, stop the service, make it callerid.db in CALLERID_DIR, and "
            + "remove callerid.db-wal and the journals grants-*.journal there. PostgreSQL and Redis have tools of their "
            + "own.",
        arguments: [ArgumentDefinition(name: "FILE", help: "The copy, which must not exist")],
        options: [CallerIDSettings.option]
    ) { invocation in
        let target = invocation.arguments[0]
        do throws(SystemError) { try create(target) } catch {
            Terminal.complain("\(error)")
            return .failure
        }
        let code = await NumberCommands.withAccess(invocation) { access in
            let (status, body) = try await access.send(.post, "/api/backup", timeout: .seconds(3600))
            let answer = try? JSONParser.parse(body[...])
            guard status == 200, let file = answer?["file"]?.string else {
                Terminal.complain(answer?["detail"]?.string ?? "the service answered \(status)")
                return .failure
            }
            defer { _ = unsafe unlink(file) }
            try await Thread.run("backup") { Result { () throws(SystemError) in try copy(file, to: target) } }.get()
            return .success
        }
        if code != .success { _ = unsafe unlink(target) }
        return code
    }

    /// Refuses a file that exists before anything is copied.
    private static func create(_ path: String) throws(SystemError) {
        let file = FileDescriptor(unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
        guard file.isOpen else { throw SystemError("create", path) }
    }

    private static func copy(_ file: String, to target: String) throws(SystemError) {
        try FileContents.copy(file, to: target, mode: 0o600)
        let copy = FileDescriptor(unsafe open(target, O_WRONLY | O_CLOEXEC))
        guard copy.isOpen, fsync(copy.number) == 0 else { throw SystemError("flush", target) }
    }
}
