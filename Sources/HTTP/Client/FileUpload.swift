package import Basics
import Glibc
import Synchronization

/// An open file on its way out, and what of it was sent.
///
/// libcurl's thread reads it, piece by piece: whoever uploads from slow disks gives uploads a client of their own.
///
/// `@unchecked Sendable`: while its request is under way only the loop's thread touches the variables, and before and
/// after only the sender; `progress` is atomic.
package final class FileUpload: @unchecked Sendable {
    private let descriptor: FileDescriptor
    /// How many bytes are sent; what is appended to the file meanwhile is not.
    package let size: Int

    private var offset = 0
    private var digest = RunningDigest()
    private let progress = Atomic<Int>(0)

    /// Why it could not be read on; `nil` as long as it could.
    package private(set) var failure: String?

    package init(_ descriptor: consuming FileDescriptor, size: Int) {
        self.descriptor = descriptor
        self.size = size
    }

    /// How many bytes libcurl has taken so far; any thread may ask.
    package var bytesSent: Int { progress.load(ordering: .relaxed) }

    /// What the file looks like now, under whatever name; `nil` when it cannot be told.
    package var look: FileStamp? {
        var status = stat()
        return unsafe fstat(descriptor.number, &status) == 0 ? FileStamp(status) : nil
    }

    /// The SHA-256 of the bytes that were sent, once the request has ended; `nil` when they were not all.
    ///
    /// To be asked for once.
    package func sentDigest() -> [UInt8]? { offset == size ? digest.finish() : nil }

    /// Reads on; answers how many bytes, 0 at the end, and `nil` when the file has no more although it should.
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

    /// Starts again, when libcurl repeats the request on another connection; false for any other place.
    func seek(to offset: Int) -> Bool {
        guard offset == 0 else { return false }
        self.offset = 0
        digest = RunningDigest()
        progress.store(0, ordering: .relaxed)
        return true
    }
}
