import Basics
import Glibc
import Spool

/// The state of the spool and its folder, determined without changing them.
enum SpoolFinding: Sendable {
    case works(waiting: Int)
    /// There is no spool yet, but `run` can create it.
    case canBeMade
    case inUse
    case unusable(SpoolError)

    /// Checks the folder; blocks.
    init(directory: String) {
        guard unsafe access("\(directory)/spool.db", F_OK) == 0 else {
            self = Self.place(for: directory)
            return
        }
        do throws(SpoolError) {
            self = .works(waiting: try RecordSpool(SpoolConfiguration(directory: directory)).figures.waiting)
        } catch {
            if case .locked = error { self = .inUse } else { self = .unusable(error) }
        }
    }

    /// The finding when there is no spool: the directory, or else its parent, must be writable.
    private static func place(for directory: String) -> SpoolFinding {
        if unsafe access(directory, W_OK | X_OK) == 0 { return .canBeMade }
        guard errno == ENOENT else { return .unusable(.directory(SystemError("write to", directory))) }
        let parts = directory.split(separator: "/").dropLast()
        let parent = "/" + parts.joined(separator: "/")
        guard unsafe access(parent, W_OK | X_OK) != 0 else { return .canBeMade }
        return .unusable(.directory(SystemError("make a directory in", parent)))
    }
}
