package import Basics
import CMicrohttpd
import Glibc

/// A small HTTP 1.1 server with keep-alive, with libmicrohttpd: for metrics, health checks and simulations.
///
/// **Invariants.** A request reaches the handler only when it is complete, unambiguous and within the limits of the
/// options: two Content-Lengths, Content-Length with Transfer-Encoding, or `%00` in the path are answered with 400.
/// Connections are bounded, in total and for each address, and a slow or silent peer is disconnected.
///
/// ```swift
/// let server = try HTTPServer(host: "127.0.0.1", port: 0) { request in
///     request.path == "/healthz" ? ServerResponse(status: 200, text: "ok\n") : ServerResponse(status: 404)
/// }
/// print("http://127.0.0.1:\(server.port)/healthz")
/// server.stop()
/// ```
package final class HTTPServer: Sendable {
    /// Returns the answer at once, on the thread of the connection.
    package typealias Handler = @Sendable (ServerRequest) -> ServerResponse

    /// `@unchecked Sendable`: libmicrohttpd's functions may be called from any thread.
    @safe
    private struct Daemon: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// `nil` once stopped.
    private let daemon: Lock<Daemon?>

    /// The state that the daemon's callbacks use; it must outlive the daemon.
    private let exchanges: ExchangeHandler

    /// The port that it listens on, also when port 0 was requested; 0 for a socket that has none.
    package let port: UInt16

    /// Listens on the first address of `host` that works, and answers with what `handler` returns.
    ///
    /// Blocks while the resolver works. With `Mode.oneThread` the handler runs on the server's thread, with the other
    /// modes on several threads at once.
    ///
    /// - Parameters:
    ///   - host: a name or a literal address; empty, `0.0.0.0` or `::` for all addresses of this machine.
    ///   - port: 0 lets the system choose.
    /// - Throws: `HTTPError.cannotListen`, `HTTPError.unusableCertificate`.
    package convenience init(
        host: String,
        port: UInt16,
        options: HTTPServerOptions = HTTPServerOptions(),
        handler: @escaping Handler
    ) throws(HTTPError) {
        let responder = HandlerResponder(handler, maxBodyBytes: options.maxBodyBytes)
        try self.init(host: host, port: port, options: options, responder: responder)
    }

    init(
        host: String,
        port: UInt16,
        options: HTTPServerOptions,
        responder: any Responder
    ) throws(HTTPError) {
        let addresses: [SocketAddress]
        do throws(NetworkError) {
            addresses = try SocketAddress.resolve(host: host, port: port, passive: true)
        } catch {
            throw .cannotListen("\(error)")
        }
        do throws(SystemError) {
            exchanges = try ExchangeHandler(options, responder)
        } catch {
            throw .cannotListen("\(error)")
        }
        let exchanges = exchanges
        var reason = "the host '\(host)' has no address"
        for address in addresses {
            let started = unsafe address.withSocketAddress { pointer, _ in
                unsafe Self.start(
                    Place(address: pointer, isIPv6: address.family == AF_INET6),
                    options,
                    exchanges
                )
            }
            if let pointer = unsafe started {
                self.port = unsafe UInt16(clamping: cmicrohttpd_port(pointer))
                daemon = unsafe Lock(Daemon(pointer: pointer))
                return
            }
            if options.tls != nil && errno == 0 { throw .unusableCertificate }
            reason = "\(SystemError("listen on", "\(address)"))"
        }
        throw .cannotListen(reason)
    }

    /// Answers on a socket that already listens, which it closes when it stops.
    ///
    /// - Throws: `HTTPError.cannotListen`.
    package convenience init(
        socket: consuming FileDescriptor,
        options: HTTPServerOptions = HTTPServerOptions(),
        handler: @escaping Handler
    ) throws(HTTPError) {
        let responder = HandlerResponder(handler, maxBodyBytes: options.maxBodyBytes)
        try self.init(socket: socket, options: options, responder: responder)
    }

    init(
        socket: consuming FileDescriptor,
        options: HTTPServerOptions,
        responder: any Responder
    ) throws(HTTPError) {
        do throws(SystemError) {
            exchanges = try ExchangeHandler(options, responder)
        } catch {
            throw .cannotListen("\(error)")
        }
        guard let pointer = unsafe Self.start(Place(socket: socket.release()), options, exchanges) else {
            throw .cannotListen("\(SystemError("listen on", "a socket"))")
        }
        port = 0
        daemon = unsafe Lock(Daemon(pointer: pointer))
    }

    deinit { stop() }

    /// The number of running handlers that answer later, including those whose answer was given up.
    package var workingHandlerCount: Int { exchanges.pendings.workingCount }

    /// Ends delayed answers at once, waits for the running handlers, and closes all connections; may be called again.
    ///
    /// Handlers that answer later are cancelled and not waited for; their clients get 503, or the end of the
    /// connection. Blocks as long as the slowest other handler; do not call it inside a handler.
    ///
    /// - Parameter grace: how long handlers that answer later may continue before that; meanwhile no new ones start,
    ///   and their requests get 503.
    package func stop(grace: Duration = .zero) {
        if grace > .zero { exchanges.pendings.drain(for: grace) }
        let stopped = daemon.withLock { daemon in
            let stopped = daemon
            daemon = nil
            return stopped
        }
        guard let stopped else { return }
        // No connection may be suspended when libmicrohttpd stops, nor become so from here on.
        unsafe exchanges.stop(listener: cmicrohttpd_listener(stopped.pointer))
        unsafe MHD_stop_daemon(stopped.pointer)
    }

    /// Where to listen: at an address, or on a socket that already listens.
    @safe
    private struct Place {
        var address: UnsafePointer<sockaddr>?
        var isIPv6 = false
        var socket: Int32 = -1
    }

    private static func start(
        _ place: Place,
        _ options: HTTPServerOptions,
        _ exchanges: ExchangeHandler
    ) -> OpaquePointer? {
        var flags =
            switch options.mode {
            case .oneThread, .threads: MHD_USE_EPOLL_INTERNAL_THREAD.rawValue
            case .threadPerConnection: MHD_USE_THREAD_PER_CONNECTION.rawValue | MHD_USE_POLL_INTERNAL_THREAD.rawValue
            }
        flags |= MHD_USE_ITC.rawValue
        let threads = if case .threads(let count) = options.mode { max(count, 1) } else { 1 }
        if options.mode.suspends { flags |= MHD_ALLOW_SUSPEND_RESUME.rawValue | MHD_ALLOW_UPGRADE.rawValue }
        if place.isIPv6 { flags |= MHD_USE_DUAL_STACK.rawValue }
        errno = 0
        return unsafe cmicrohttpd_start(
            flags,
            place.address,
            place.socket,
            UInt32(clamping: options.connectionLimit + (options.addressLimit == nil ? 0 : ConnectionGuard.slack)),
            UInt32(clamping: options.idleTimeout.components.seconds),
            UInt32(clamping: threads),
            options.maxHeadBytes,
            options.tls?.key.revealed,
            options.tls?.certificate,
            ExchangeHandler.target,
            ExchangeHandler.answer,
            ExchangeHandler.completed,
            ExchangeHandler.connected,
            Unmanaged.passUnretained(exchanges).toOpaque()
        )
    }
}
