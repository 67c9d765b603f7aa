private import CLinux

/// A thread of this process, by the kernel's number.
package struct ThreadID: Sendable {
    /// What a thread is doing at one moment.
    package enum Activity: Sendable, Equatable {
        /// On a processor, or waiting for one.
        case running
        /// Asleep until another thread of this process wakes it.
        case waitsForThread
        /// Asleep in the kernel for another reason, or the kernel does not say; a thread that uses only files then
        /// waits for the disk.
        case waitsForSystem
    }

    private let number: Int32

    package static var current: ThreadID { ThreadID(number: gettid()) }

    /// What it does now, read from `/proc`; does not block.
    package var activity: Activity {
        guard let bytes = try? FileContents.read("/proc/self/task/\(number)/syscall") else { return .waitsForSystem }
        return Self.activity(bytes)
    }

    /// Reads the word `running`, or a system call's number followed by its arguments; -1 means that a page is being
    /// read.
    static func activity(_ line: [UInt8]) -> Activity {
        let word = line.prefix { $0 > ASCII.space }
        if word.elementsEqual("running".utf8) { return .running }
        return word.integer == futex_call ? .waitsForThread : .waitsForSystem
    }
}
