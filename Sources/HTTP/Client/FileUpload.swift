package import Basics
import Glibc
import Synchronization

/// An open file that is being uploaded, and its progress.
///
/// libcurl's thread reads it in pieces and blocks meanwhile: code that uploads from slow disks uses a client of its own
/// for uploads.
///
/// `@unchecked Sendable`: during the request only the loop's thread touches the variables, before and after it only the
/// sender; `progress` is atomic.
package final class FileUpload: @unchecked Sendable {
    private let descriptor: FileDescriptor
    /// How many bytes to send; bytes that are appended to the file meanwhile are not sent.
    package let size: Int

    private var offset = 0
    private var digest = RunningDigest()
    private let progress = Atomic<Int>(0)

    /// Why reading failed; `nil` while it has not.
    package private(set) var failure: String?

    package init(_ descriptor: consuming FileDescriptor, size: Int) {
        self.descriptor = descriptor
        self.size = size
    }

    /// How many bytes libcurl has taken so far; may be read on any thread.
    package var bytesSent: Int { progress.load(ordering: .relaxed) }

    /// The current stamp of the file, whatever its name; `nil` when it is unavailable.
    package var stamp: FileStamp? {
        var status = stat()
        return unsafe fstat(descriptor.number, &status) == 0 ? FileStamp(status) : nil
    }

    /// The SHA-256 of the bytes that were sent, once the request has ended; `nil` when not all were sent.
    ///
    /// Can be called once only.
    package func sentDigest() -> [UInt8]? { offset == size ? digest.finish() : nil }

    /// Reads the next bytes; returns their number, 0 at the end, and `nil` when reading fails or the file is too short.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let wanted = min(buffer.count, size - offset)
        guard wanted > 0 else { return 0 }
        while true {
            let count = unsafe pread(descriptor.number, buffer.baseAddress, wanted, offset)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                failure = count == 0 ? "it became shorter" : SystemError("read", "it").reason
                return nil
            }
            unsafe digest.append(UnsafeRawBufferPointer(start: buffer.baseAddress, count: count))
            offset += count
            progress.store(offset, ordering: .relaxed)
            return count
        }
    }

    /// Starts again at 0, when libcurl repeats the request on another connection; false for any other offset.
    func seek(to offset: Int) -> Bool {
        guard offset == 0 else { return false }
        self.offset = 0
        digest = RunningDigest()
        progress.store(0, ordering: .relaxed)
        return true
    }
}
