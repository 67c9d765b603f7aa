private import CLinux

/// The heap of the process.
package enum Heap {
    /// Gives freed memory back to the system: after a burst the allocator keeps it otherwise.
    package static func trim() { _ = malloc_trim(0) }
}
