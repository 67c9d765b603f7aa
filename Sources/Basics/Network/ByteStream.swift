/// A connected, non-blocking stream of bytes; one thread uses it.
package protocol ByteStream: AnyObject {
    /// The descriptor to wait on with `Poll`.
    var descriptor: Int32 { get }

    /// Reads what is available into the start of `buffer`; returns the number of bytes, `nil` when none are available.
    ///
    /// - Throws: `NetworkError.closed` at the end of the stream.
    func read(into buffer: inout [UInt8]) throws(NetworkError) -> Int?

    /// Writes as much as fits; returns the number of bytes, `nil` when none fit.
    func write(_ bytes: Bytes) throws(NetworkError) -> Int?
}

extension ByteStream {
    /// Writes all of `bytes`.
    ///
    /// Blocks for at most `timeout` in total: a peer that takes one byte at a time does not extend it.
    ///
    /// - Throws: `NetworkError.timedOut` when the time is over, or the error of the stream.
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
