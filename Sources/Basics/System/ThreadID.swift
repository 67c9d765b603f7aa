private import CLinux

/// A thread of this process, as the kernel numbers it.
package struct ThreadID: Sendable {
    /// What a thread is doing at one moment.
    package enum Activity: Sendable, Equatable {
        /// On a processor, or waiting for one.
        case running
        /// Asleep until another thread of this process wakes it.
        case waitsForThread
        /// Asleep in the kernel for another reason, or the kernel does not tell: for a thread that uses files only, it
        /// waits for the disk.
        case waitsForSystem
    }

    private let number: Int32

    package static var current: ThreadID { ThreadID(number: gettid()) }

    /// What it does now; reads `/proc` and waits for nothing.
    package var activity: Activity {
        guard let bytes = try? FileContents.read("/proc/self/task/\(number)/syscall") else { return .waitsForSystem }
        return Self.activity(bytes)
    }

    /// The word `running`, or the number of a system call in front of its arguments; -1 is a page that is being read.
    static func activity(_ line: [UInt8]) -> Activity {
        let word = line.prefix { $0 > ASCII.space }
        if word.elementsEqual("running".utf8) { return .running }
        return word.integer == futex_call ? .waitsForThread : .waitsForSystem
    }
}
