import Basics
import CZlib

/// The gzip format (RFC 1952), by zlib.
package enum Gzip {
    /// zlib's value for the gzip format with the largest window, 32 KiB.
    private static let windowBits: Int32 = 15 + 16

    /// zlib's default; a larger table, or a smaller window, is slower on call records and saves nothing.
    private static let hashLevel: Int32 = 8

    /// Compresses `bytes` to one member with no name and the time 0, so that equal bytes always give the same result.
    ///
    /// 200 call records of 700 bytes shrink to a sixth at level 1, in 4 us each; level 6 shrinks them to a seventh, in
    /// 14 us each.
    ///
    /// - Parameter level: from 1, which is fastest, to 9, which is smallest.
    /// - Throws: `HTTPError.other` when zlib has no memory, or `bytes` has 1 GiB or more.
    package static func compress(_ bytes: [UInt8], level: Int = 1) throws(HTTPError) -> [UInt8] {
        guard bytes.count < 1 << 30 else { throw .other("too much to compress at once") }
        var stream = unsafe z_stream()
        let level = Int32(min(max(level, 1), 9))
        let code = unsafe czlib_deflate_init(&stream, level, windowBits, hashLevel, Z_DEFAULT_STRATEGY)
        guard code == Z_OK else { throw .other("zlib has no memory") }
        defer { unsafe deflateEnd(&stream) }
        let bound = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
        var end = Z_OK
        let compressed = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            unsafe bytes.withUnsafeBufferPointer { input in
                unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.avail_in = UInt32(input.count)
                unsafe stream.next_out = output.baseAddress
                unsafe stream.avail_out = UInt32(bound)
                end = unsafe deflate(&stream, Z_FINISH)
            }
            count = unsafe bound - Int(stream.avail_out)
        }
        guard end == Z_STREAM_END else { throw .other("zlib did not compress all of it (\(end))") }
        return compressed
    }

    /// Decompresses one gzip member with nothing after it.
    ///
    /// - Throws: `HTTPError.badGzip` when `bytes` are damaged, end too early, continue after the end, or hold more than
    ///   `limit` bytes; `HTTPError.other` when zlib has no memory.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(HTTPError) -> [UInt8] {
        var stream = unsafe z_stream()
        let code = unsafe czlib_inflate_init(&stream, windowBits)
        guard code == Z_OK else { throw .other("zlib has no memory") }
        guard bytes.count < 1 << 30 else { throw .badGzip("it is too long") }
        defer { unsafe inflateEnd(&stream) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(max(bytes.count * 4, 512), 1 << 18))
        let (end, unread) = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            unsafe stream.avail_in = UInt32(input.count)
            var end = Z_OK
            while end == Z_OK && result.count <= limit {
                unsafe chunk.withUnsafeMutableBufferPointer { output in
                    unsafe stream.next_out = output.baseAddress
                    unsafe stream.avail_out = UInt32(output.count)
                    end = unsafe inflate(&stream, Z_NO_FLUSH)
                    unsafe result.append(contentsOf: output.prefix(output.count - Int(stream.avail_out)))
                }
            }
            return (end, unsafe stream.avail_in)
        }
        guard result.count <= limit else { throw .badGzip("it holds more than \(limit) bytes") }
        guard end != Z_BUF_ERROR else { throw .badGzip("it ends too early") }
        guard end == Z_STREAM_END else { throw .badGzip("it is damaged, or no gzip at all") }
        guard unread == 0 else { throw .badGzip("there are bytes after its end") }
        return result
    }
}
