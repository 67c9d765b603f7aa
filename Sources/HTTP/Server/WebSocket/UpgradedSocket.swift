import Basics
import CMicrohttpd
import Glibc

/// A connection that libmicrohttpd has handed over, with what was agreed about it; whoever has it must close it.
///
/// `@unchecked Sendable`: libmicrohttpd's function may be called from any thread, once.
@safe
struct UpgradedSocket: @unchecked Sendable {
    let descriptor: Int32
    let offer: WebSocketOffer
    /// What the client sent before it had the answer.
    let received: [UInt8]
    private let handle: OpaquePointer

    init(_ descriptor: Int32, _ handle: OpaquePointer, _ offer: WebSocketOffer, received: [UInt8]) {
        self.descriptor = descriptor
        self.offer = offer
        self.received = received
        unsafe self.handle = handle
    }

    /// Called on the thread of the connection, once the answer was sent.
    static let upgraded: MHD_UpgradeHandler = { _, connection, state, received, count, descriptor, handle in
        guard let handle = unsafe handle else { return }
        guard let connection = unsafe connection, let known = unsafe state,
            let offer = unsafe Unmanaged<Exchange>.fromOpaque(known).takeUnretainedValue().takeOffer()
        else { return unsafe cmicrohttpd_close_upgraded(handle) }
        let bytes = unsafe received.map { unsafe Array(UnsafeRawBufferPointer(start: $0, count: count)) } ?? []
        let socket = unsafe cmicrohttpd_connection_socket(connection)
        set(IPPROTO_TCP, TCP_NODELAY, 1, of: socket)
        // Limits what waits in the kernel for a client that does not read.
        set(Int(SOL_SOCKET), SO_SNDBUF, Int32(clamping: offer.sockets.configuration.sendBuffer), of: socket)
        unsafe offer.sockets.open(UpgradedSocket(descriptor, handle, offer, received: bytes))
    }

    private static func set(_ level: Int, _ option: Int32, _ value: Int32, of socket: Int32) {
        var value = value
        _ = unsafe setsockopt(socket, Int32(level), option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Closes the connection; its descriptor may not be used any more.
    func close() { unsafe cmicrohttpd_close_upgraded(handle) }
}

/// What a route answers to become a WebSocket.
final class WebSocketOffer: Sendable {
    let sockets: WebSockets
    let heartbeat: WebSocketHeartbeat
    /// Counts the client as long as the offer exists.
    let seat: ClientSeat?
    let address: IPAddress?
    let handler: any WebSocketHandler

    init(
        _ sockets: WebSockets,
        heartbeat: WebSocketHeartbeat,
        seat: ClientSeat?,
        address: IPAddress?,
        handler: any WebSocketHandler
    ) {
        self.sockets = sockets
        self.heartbeat = heartbeat
        self.seat = seat
        self.address = address
        self.handler = handler
    }
}
