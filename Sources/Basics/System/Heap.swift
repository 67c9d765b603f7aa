private import CLinux

/// The heap of the process.
package enum Heap {
    /// Returns freed memory to the system; the allocator would otherwise keep it after a burst.
    package static func trim() { _ = malloc_trim(0) }

    /// Has blocks of 256 KiB and more returned to the system when they are freed, and all threads share two arenas, so that
    /// little memory stays after a burst; to be called before there are threads.
    package static func keepLittle() {
        _ = mallopt(malloc_mmap_threshold, 256 << 10)
        _ = mallopt(malloc_arena_max, 2)
    }
}
