/// A connected stream of bytes that does not block; one thread uses it.
package protocol ByteStream: AnyObject {
    /// What to wait on with `Poll`.
    var descriptor: Int32 { get }

    /// Reads into the front of `buffer` what is there now: how many bytes, or `nil` when nothing is there yet.
    ///
    /// - Throws: `NetworkError.closed` at the end of the stream.
    func read(into buffer: inout [UInt8]) throws(NetworkError) -> Int?

    /// Writes as much as fits: how many bytes, or `nil` when none did.
    func write(_ bytes: Bytes) throws(NetworkError) -> Int?
}

extension ByteStream {
    /// Writes all of `bytes`.
    ///
    /// Blocks, at most `timeout` in all: a peer that takes byte for byte does not prolong it.
    package func writeAll(_ bytes: Bytes, timeout: Duration) throws(NetworkError) {
        let deadline = ContinuousClock.now + timeout
        var rest = bytes
        while !rest.isEmpty {
            if let count = try write(rest) {
                rest = rest.dropFirst(count)
                continue
            }
            guard deadline > .now, Poll.wait(for: .write, on: descriptor, timeout: deadline - .now) == .ready else {
                throw .timedOut("write")
            }
        }
    }
}
