import Basics
import CMicrohttpd
import Glibc

/// The part of a server that libmicrohttpd calls back: collects a request's body, asks the handler, sends the answer.
@safe
final class ExchangeHandler: Sendable {
    /// A request whose body is still coming; belongs to the thread that serves its connection.
    private final class Exchange {
        var body: [UInt8] = []
        var isTooLarge = false
        let sink: (any BodySink)?

        init(_ sink: (any BodySink)?) { self.sink = sink }
    }

    private let options: HTTPServerOptions
    private let handler: HTTPServer.Handler
    private let stopping: EventFD
    private let doorman: ConnectionGuard?
    /// All that an answer came from, to be ended with the server; `nil` from then on.
    private let feeds = Lock<[ObjectIdentifier: EventFeed]?>([:])

    init(_ options: HTTPServerOptions, _ handler: @escaping HTTPServer.Handler) throws(SystemError) {
        self.options = options
        self.handler = handler
        stopping = try EventFD()
        doorman = options.addressLimit.map { ConnectionGuard(limit: options.connectionLimit, perAddress: $0) }
    }

    /// Ends all delays and streams, for good.
    func stop() {
        stopping.signal()
        let open = feeds.withLock { feeds in
            defer { feeds = nil }
            return feeds ?? [:]
        }
        for feed in open.values { feed.close() }
    }

    /// Called for a request's head, then for each piece of its body, then once more at the end.
    static let answer: MHD_AccessHandlerCallback = {
        context,
        connection,
        url,
        method,
        version,
        upload,
        uploadSize,
        state in
        guard let context = unsafe context, let connection = unsafe connection, let url = unsafe url,
            let method = unsafe method, let uploadSize = unsafe uploadSize, let state = unsafe state
        else { return .NO }
        let server = unsafe Unmanaged<ExchangeHandler>.fromOpaque(context).takeUnretainedValue()
        guard let known = unsafe state.pointee else {
            let headers = unsafe ServerRequest.headers(of: connection)
            let path = unsafe String(cString: url)
            let flaw = unsafe RequestFlaw(
                path: path,
                query: ServerRequest.query(of: connection),
                version: version.map { unsafe String(cString: $0) } ?? "",
                headers: headers
            )
            if let flaw {
                var response = ServerResponse(status: 400, text: flaw.text)
                response.headers.append("Connection", "close")
                return unsafe send(response, connection)
            }
            let sink = server.options.sink?(path, headers)
            unsafe state.pointee = Unmanaged.passRetained(Exchange(sink)).toOpaque()
            return .YES
        }
        let exchange = unsafe Unmanaged<Exchange>.fromOpaque(known).takeUnretainedValue()
        if unsafe uploadSize.pointee > 0 {
            unsafe server.append(UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee), to: exchange)
            unsafe uploadSize.pointee = 0
            return .YES
        }
        guard !exchange.isTooLarge else {
            let text = "the body is longer than \(server.options.maxBodyBytes) bytes\n"
            return unsafe send(ServerResponse(status: 413, text: text), connection)
        }
        let request = unsafe ServerRequest(
            method: String(cString: method),
            path: String(cString: url),
            connection: connection,
            body: exchange.body,
            sink: exchange.sink
        )
        exchange.body = []
        return unsafe server.respond(to: request, connection)
    }

    static let completed: MHD_RequestCompletedCallback = { context, connection, state, end in
        if let context = unsafe context {
            let server = unsafe Unmanaged<ExchangeHandler>.fromOpaque(context).takeUnretainedValue()
            if end.rawValue == 0 { server.options.didComplete?() }
            unsafe server.doorman?.entered(.waiting, cmicrohttpd_connection_socket(connection))
        }
        guard let state = unsafe state, let known = unsafe state.pointee else { return }
        unsafe Unmanaged<Exchange>.fromOpaque(known).release()
        unsafe state.pointee = nil
    }

    /// Called when a connection is there, and before it is closed.
    static let connected: MHD_NotifyConnectionCallback = { context, connection, _, event in
        guard let context = unsafe context, let connection = unsafe connection else { return }
        let server = unsafe Unmanaged<ExchangeHandler>.fromOpaque(context).takeUnretainedValue()
        let socket = unsafe cmicrohttpd_connection_socket(connection)
        guard event == .CONNECTION_NOTIFY_STARTED else { server.doorman?.closed(socket); return }
        unsafe server.doorman?.opened(socket, from: PeerAddress(of: connection)?.network ?? [])
    }

    private func append(_ bytes: UnsafeRawBufferPointer, to exchange: Exchange) {
        if let sink = exchange.sink { return unsafe sink.append(bytes) }
        guard !exchange.isTooLarge else { return }
        if exchange.body.count + bytes.count > options.maxBodyBytes {
            exchange.isTooLarge = true
            exchange.body = []
        } else {
            unsafe exchange.body.append(contentsOf: bytes)
        }
    }

    private func respond(to request: ServerRequest, _ connection: OpaquePointer) -> MHD_Result {
        guard unsafe mayAsk(cmicrohttpd_connection_socket(connection)) else {
            return unsafe Self.send(ServerResponse(status: 403, text: "only root and the owner may ask\n"), connection)
        }
        let socket = unsafe cmicrohttpd_connection_socket(connection)
        doorman?.entered(.answering, socket)
        let response = handler(request)
        if let feed = response.feed { return unsafe stream(feed, response, connection) }
        if response.delay > .zero, options.mode == .threadPerConnection {
            _ = Poll.wait(for: .read, on: stopping.descriptor, timeout: response.delay)
        }
        guard response.isReset else { return unsafe Self.send(response, connection) }
        unsafe Self.abort(cmicrohttpd_connection_socket(connection))
        return .NO
    }

    private func mayAsk(_ socket: Int32) -> Bool {
        guard options.ownerOnly else { return true }
        guard let user = UnixSocket.peerUser(of: socket) else { return false }
        return user == 0 || user == geteuid()
    }

    private func stream(_ feed: EventFeed, _ response: ServerResponse, _ connection: OpaquePointer) -> MHD_Result {
        let address = unsafe PeerAddress(of: connection)?.network ?? []
        let isOpen = feeds.withLock { feeds in
            feeds?[ObjectIdentifier(feed)] = feed
            return feeds != nil
        }
        guard isOpen, options.mode == .oneThread, let listener = unsafe feed.listen(on: connection, from: address)
        else {
            var refusal = ServerResponse(status: 503, text: "enough listen already; close another page\n")
            refusal.headers = response.headers.replacing("Content-Type", with: "text/plain; charset=utf-8")
            refusal.headers.append("Retry-After", "10")
            return unsafe Self.send(refusal, connection)
        }
        doorman?.entered(.streaming, unsafe cmicrohttpd_connection_socket(connection))
        let created = unsafe MHD_create_response_from_callback(
            UInt64.max,
            4096,
            EventListener.read,
            Unmanaged.passRetained(listener).toOpaque(),
            EventListener.free
        )
        return unsafe Self.queue(created, response, connection)
    }

    private static func send(_ response: ServerResponse, _ connection: OpaquePointer) -> MHD_Result {
        let created = unsafe response.body.withUnsafeBytes { bytes in
            let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            return unsafe MHD_create_response_from_buffer(bytes.count, start, .RESPMEM_MUST_COPY)
        }
        return unsafe queue(created, response, connection)
    }

    private static func queue(
        _ created: OpaquePointer?,
        _ response: ServerResponse,
        _ connection: OpaquePointer
    ) -> MHD_Result {
        guard let answer = unsafe created else { return .NO }
        defer { unsafe MHD_destroy_response(answer) }
        for field in response.headers.fields { unsafe MHD_add_response_header(answer, field.name, field.value) }
        return unsafe MHD_queue_response(connection, UInt32(clamping: response.status), answer)
    }

    /// Dissolves the association of a connected socket, at which Linux sends RST whatever is still to be sent.
    private static func abort(_ socket: Int32) {
        var address = sockaddr()
        address.sa_family = sa_family_t(AF_UNSPEC)
        _ = unsafe connect(socket, &address, socklen_t(MemoryLayout<sockaddr>.size))
    }
}
