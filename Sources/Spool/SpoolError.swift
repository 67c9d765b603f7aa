package import Basics
import Glibc
package import SQLite

/// Why the spool cannot be used.
package enum SpoolError: Error, Equatable, CustomStringConvertible {
    /// Another process uses this spool.
    case locked(path: String)
    /// The directory cannot be created, read or written.
    case directory(SystemError)
    /// A later version of this program wrote the file.
    case newer(path: String, version: Int)
    /// The file belongs to another program.
    case foreign(path: String)
    /// No more records are accepted; deliveries continue.
    case full(path: String, cause: FillCause)
    /// Something has the name of one of the spool's files, but is not a file and was not made by this program.
    case planted(path: String, kind: String)
    /// The file was removed or replaced while it was in use.
    case vanished(path: String)
    case database(SQLiteError)
    /// The system refuses a thread.
    case noThread(SystemError)

    init(_ error: SQLiteError, path: String) {
        switch error.trouble {
        case .busy: self = .locked(path: path)
        case .full: self = .full(path: path, cause: .disk)
        default: self = .database(error)
        }
    }

    /// Whether the file is damaged; a file of another program counts too.
    var isDamage: Bool {
        switch self {
        case .foreign: true
        case .database(let error): error.trouble == .damaged
        default: false
        }
    }

    /// How to make the directory usable.
    private static func advice(on error: SystemError) -> String {
        switch error.code {
        case EACCES, EPERM, ENOENT:
            "give it to the user of this process: 'sudo install -d -m 700 DIR && sudo chown -R \(geteuid()):\(getegid()) DIR',"
                + " where DIR is SPOOL_DIR, or for a container the folder of the host that is mounted there"
        case EROFS: "choose a SPOOL_DIR that can be written; in a container, mount a volume there"
        default: "check SPOOL_DIR, its owner and that it is writable"
        }
    }

    package var description: String {
        switch self {
        case .locked(let path):
            "another connector uses the spool \(path); stop it, or give this one its own SPOOL_DIR"
        case .directory(let error): "the spool directory cannot be used: \(error); \(Self.advice(on: error))"
        case .newer(let path, let version):
            "the spool \(path) was written by a newer version (schema \(version)); install that version again, or give"
                + " this one its own SPOOL_DIR"
        case .foreign(let path): "\(path) is no spool of this program; choose another SPOOL_DIR"
        case .full(let path, let cause):
            "the spool \(path) is full, new records wait in memory: \(cause.explanation); \(cause.advice)"
        case .planted(let path, let kind):
            "\(path) is \(kind) and not a file of the spool; find out who made it, remove it, and give SPOOL_DIR to the user"
                + " of this process alone"
        case .vanished(let path):
            "\(path) was removed while in use; a new one is made as soon as its directory can be written"
        case .noThread(let error): "the system refuses a thread: \(error)"
        case .database(let error):
            "the spool does not work: \(error); check free space and health of the disk of SPOOL_DIR"
        }
    }
}
