package import Basics
private import CHiredis

/// Splits a stream of bytes into replies, with hiredis' reader.
///
/// Bytes go in with `append`, in pieces of any size; `next` returns replies until it returns `nil`. A reply may have arrays
/// within arrays up to the depth that hiredis allows (7). After an error, all further calls throw it again.
///
/// One thread uses it.
@safe
package final class RedisReplyDecoder {
    /// A reply over a limit is an error; so the memory for one is at most about four times `bytes`.
    package struct Limits: Sendable {
        /// The most bytes of one reply as it is sent.
        package var bytes = 16 << 20
        /// The most elements of all arrays of one reply.
        package var elements = 1 << 18

        package init() {}
    }

    /// The most bytes of a status or an error.
    static let longestLine = 64 << 10

    private let limits: Limits
    private let builder: ReplyBuilder
    private let reader: UnsafeMutablePointer<redisReader>?
    private var failure: RedisError?
    /// The number of bytes since the beginning, and of those before the current reply.
    private var fed = 0
    private var replyStart = 0

    package init(limits: Limits = Limits()) {
        self.limits = limits
        builder = ReplyBuilder(limits: limits)
        unsafe reader = redisReaderCreateWithFunctions(ReplyBuilder.functions)
        if let reader = unsafe reader {
            // The builder lives as long as this decoder, and so longer than the reader.
            unsafe chiredis_set_private_data(reader, Unmanaged.passUnretained(builder).toOpaque())
        } else {
            failure = .invalidReply("no memory for its replies")
        }
    }

    deinit { unsafe redisReaderFree(reader) }

    /// The number of bytes of a reply that has begun but not ended.
    package var unfinishedBytes: Int { fed - replyStart }

    /// Adds received bytes; call `next` until it returns `nil` before more are added.
    package func append(_ bytes: Bytes) throws(RedisError) {
        if let failure { throw failure }
        fed += bytes.count
        let code = unsafe bytes.withUnsafeBytes { buffer in
            unsafe redisReaderFeed(reader, buffer.assumingMemoryBound(to: CChar.self).baseAddress, buffer.count)
        }
        if code != REDIS_OK { try fail() }
    }

    /// The next reply, decoded; `nil` when more bytes are needed.
    ///
    /// - Throws: `invalidReply`.
    package func next() throws(RedisError) -> RedisValue? {
        if let failure { throw failure }
        guard let reader = unsafe reader else { return nil }
        var token: UnsafeMutableRawPointer?
        if unsafe redisReaderGetReply(reader, &token) != REDIS_OK { try fail() }
        let unread = unsafe Int(chiredis_unread(reader))
        guard unsafe token != nil else {
            if unfinishedBytes > limits.bytes { try fail("a reply that is too long") }
            if unsafe Int(chiredis_unread_of_line(reader)) > Self.longestLine + 1 {
                try fail("a line that is too long")
            }
            return nil
        }
        let size = fed - unread - replyStart
        replyStart = fed - unread
        guard size <= limits.bytes else { try fail("a reply that is too long") }
        return builder.takeReply()
    }

    private func fail(_ reason: String? = nil) throws(RedisError) -> Never {
        let error = RedisError.invalidReply(reason ?? builder.violation ?? readerError)
        failure = error
        throw error
    }

    /// hiredis' words for its error, such as an unknown type of reply.
    private var readerError: String {
        guard let reader = unsafe reader else { return "no reader" }
        return unsafe withUnsafeBytes(of: reader.pointee.errstr) { buffer in
            unsafe String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
