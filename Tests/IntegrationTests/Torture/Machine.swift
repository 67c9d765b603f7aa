import Basics
import Glibc
import TestSupport

/// What this machine allows, found out by trying.
enum Machine {
    /// Whether this machine lets a program be traced, and has strace.
    static let canBeTraced = runs(["strace", "-f", "-o", "/dev/null", "true"])

    /// Whether a file system can be mounted.
    static let canMount = runs(["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"])

    /// Whether there is a compiler for C.
    static let canCompile = runs(["cc", "--version"])

    /// Starts a program as a user who has nothing else running: the kernel counts nobody's threads but root's.
    ///
    /// It may read and write all files, so that it can lie anywhere.
    static let otherUser = [
        "setpriv", "--reuid=\(otherUserID)", "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--",
    ]

    static let otherUserID: uid_t = 64242

    static let canChangeUser = runs(otherUser + ["prlimit", "--nproc=100:1000", "true"])

    /// Whether a program exits with 0.
    ///
    /// Blocks for as long as it works.
    private static func runs(_ arguments: [String]) -> Bool {
        let command = arguments.map { "'\($0)'" }.joined(separator: " ") + " >/dev/null 2>&1"
        return unsafe system(command) == 0
    }
}
