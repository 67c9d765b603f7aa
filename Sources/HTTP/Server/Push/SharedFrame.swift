package import Basics

/// Bytes that are built once and sent to many clients.
///
/// `@unchecked Sendable`: the bytes are written once, by `init`.
@safe
package final class SharedFrame: @unchecked Sendable {
    /// What the frame says something about, and what kind of thing it says; a newer frame of the same key makes it
    /// obsolete.
    package let key: String?
    private let start: UnsafeMutablePointer<UInt8>
    package let count: Int

    /// - Parameter key: such as `call:updated call_17`; `nil` for a frame that no other one replaces.
    package init(_ bytes: Bytes, key: String? = nil) {
        self.key = key
        count = bytes.count
        unsafe start = .allocate(capacity: max(bytes.count, 1))
        _ = unsafe UnsafeMutableBufferPointer(start: start, count: count).initialize(fromContentsOf: bytes)
    }

    package convenience init(_ bytes: [UInt8], key: String? = nil) { self.init(bytes[...], key: key) }

    deinit { unsafe start.deallocate() }

    /// Valid while the frame exists.
    var memory: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: start, count: count) }

    package var bytes: [UInt8] { unsafe Array(memory) }
}
