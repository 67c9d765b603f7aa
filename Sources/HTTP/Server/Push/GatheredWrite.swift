import Glibc

/// Sends several frames by one system call, without copying them.
enum GatheredWrite {
    /// The most frames of one call.
    static let most = 16

    /// Sends without blocking; returns the number of bytes sent, or a negative number and `errno`.
    ///
    /// - Parameter offset: how much of the first frame was sent already.
    static func send(_ frames: ArraySlice<SharedFrame>, from offset: Int, to descriptor: Int32) -> Int {
        unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: most) { parts in
            var count = 0
            for frame in frames.prefix(most) {
                let skipped = count == 0 ? offset : 0
                let memory = unsafe UnsafeRawBufferPointer(rebasing: frame.memory[skipped...])
                let part = unsafe iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: memory.baseAddress),
                    iov_len: memory.count
                )
                unsafe parts.initializeElement(at: count, to: part)
                count += 1
            }
            var message = unsafe msghdr()
            unsafe message.msg_iov = parts.baseAddress
            unsafe message.msg_iovlen = count
            return unsafe sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }
}
