import CMicrohttpd
import Glibc

/// One connection that receives a feed of events.
///
/// `@unchecked Sendable`: the feed touches it only with its lock held.
@safe
final class EventListener: @unchecked Sendable {
    /// libmicrohttpd's value for the end of a body.
    static let end = -1

    let address: [UInt8]
    private let feed: EventFeed
    private let connection: OpaquePointer
    private var frame: [UInt8] = []
    private var offset = 0
    /// The number of the last frame taken.
    private var number = 0
    private var isSuspended = false
    /// When the current frame was begun.
    private var begun = ContinuousClock.now

    init(_ feed: EventFeed, _ connection: OpaquePointer, _ address: [UInt8]) {
        self.feed = feed
        unsafe self.connection = connection
        self.address = address
        // Limits what waits in the kernel for a client that does not read.
        var size: Int32 = 64 << 10
        let socket = unsafe cmicrohttpd_connection_socket(connection)
        unsafe setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Resumes a suspended listener; a listener that has not finished a frame begun before `instant` loses its
    /// connection.
    func wake(droppedIfStuckSince instant: ContinuousClock.Instant?) {
        if isSuspended {
            isSuspended = false
            begun = .now
            unsafe MHD_resume_connection(connection)
        } else if let instant, begun < instant {
            shutdown(unsafe cmicrohttpd_connection_socket(connection), Int32(SHUT_RDWR))
        }
    }

    /// Copies the next bytes of the current frame, or else of the newest one.
    func read(from newest: [UInt8], _ newestNumber: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        if offset == frame.count {
            guard newestNumber > number else {
                frame = []
                offset = 0
                isSuspended = true
                unsafe MHD_suspend_connection(connection)
                return 0
            }
            frame = newest
            number = newestNumber
            offset = 0
            begun = .now
        }
        let count = min(buffer.count, frame.count - offset)
        unsafe buffer.copyBytes(from: frame[offset..<offset + count])
        offset += count
        return count
    }

    /// Called by libmicrohttpd on its thread whenever there is room for more of the body.
    static let read: MHD_ContentReaderCallback = { context, _, buffer, size in
        guard let context = unsafe context, let buffer = unsafe buffer else { return end }
        let listener = unsafe Unmanaged<EventListener>.fromOpaque(context).takeUnretainedValue()
        return unsafe listener.feed.read(listener, into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
    }

    /// Called by libmicrohttpd once the connection no longer needs the body.
    static let free: MHD_ContentReaderFreeCallback = { context in
        guard let context = unsafe context else { return }
        let listener = unsafe Unmanaged<EventListener>.fromOpaque(context).takeRetainedValue()
        listener.feed.leave(listener)
    }
}
