private import CLinux

/// The heap of the process.
package enum Heap {
    /// Returns freed memory to the system; the allocator would otherwise keep it after a burst.
    package static func trim() { _ = malloc_trim(0) }
}
