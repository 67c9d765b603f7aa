import Glibc

/// Which deliberate bug is alive: `scripts/mutants` adds this to Basics, in a copy of the sources.
package enum Mutant {
    private static let alive = unsafe getenv("MUTANT").map { unsafe String(cString: $0) }
    private static let strikes = Lock(0)

    /// - Parameter name: of a patch in Tests/Mutants.
    package static func isAlive(_ name: String) -> Bool { alive == name }

    /// How often this was asked, for a bug that shows only after a while.
    package static func strike() -> Int {
        strikes.withLock { count in
            count += 1
            return count
        }
    }
}
