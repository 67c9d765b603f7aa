import Basics
import Glibc

/// The state of CALLS_DB, determined without making it: it belongs to who makes it.
enum CallsDatabaseFinding: Sendable {
    /// It can be read and written.
    case works(users: Int)
    /// It is not there; the service makes it.
    case canBeMade
    /// A service has it.
    case inUse
    case unusable(CallsStoreError)

    /// Opens it; blocks.
    init(path: String) {
        guard unsafe access(path, F_OK) == 0 else {
            self = Self.place(for: path)
            return
        }
        do throws(CallsStoreError) {
            self = .works(users: try CallsStore(path: path).allAccounts().count)
        } catch {
            if case .locked = error { self = .inUse } else { self = .unusable(error) }
        }
    }

    /// The finding when there is no file: its folder, or else the nearest one that there is, must be writable.
    private static func place(for path: String) -> Self {
        var parts = path.split(separator: "/").dropLast()
        while true {
            let folder = (path.hasPrefix("/") ? "/" : "./") + parts.joined(separator: "/")
            if unsafe access(folder, W_OK | X_OK) == 0 { return .canBeMade }
            guard errno == ENOENT, parts.popLast() != nil else {
                return .unusable(.folder(SystemError("write to", folder)))
            }
        }
    }
}
