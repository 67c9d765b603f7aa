import Basics
import CMicrohttpd
import Glibc

/// The callbacks that a server gives to libmicrohttpd: collect a request's body, ask the responder, send the answer.
@safe
final class ExchangeHandler: Sendable {
    private let options: HTTPServerOptions
    private let responder: any Responder
    private let stopping: EventFD
    private let connectionGuard: ConnectionGuard?
    private let connections: OpenConnections
    let pendings: PendingAnswers
    /// What was used for an answer and must end with the server; `nil` once it stops.
    private let sources = Lock<[ObjectIdentifier: any AnswerSource]?>([:])

    init(_ options: HTTPServerOptions, _ responder: any Responder) throws(SystemError) {
        self.options = options
        self.responder = responder
        stopping = try EventFD()
        connections = try OpenConnections()
        connectionGuard = options.addressLimit.map { ConnectionGuard(limit: options.connectionLimit, perAddress: $0) }
        pendings = try PendingAnswers(limit: options.handlerLimit)
    }

    /// Ends all delays, streams and suspensions, allows no new ones, and closes the connections.
    func stop(listener: Int32) {
        stopping.signal()
        pendings.stop()
        let used = sources.withLock { sources in
            defer { sources = nil }
            return sources ?? [:]
        }
        for source in used.values { source.end() }
        connections.end(listener: listener)
    }

    /// Called with the target of a request, before anything else of it has arrived; returns the state that the other
    /// callbacks get.
    static let target: cmicrohttpd_target_callback = { _, target, _ in
        let target = unsafe target.map { unsafe String(cString: $0) } ?? ""
        return unsafe Unmanaged.passRetained(Exchange(target: target)).toOpaque()
    }

    /// Called for a request's head, then for each piece of its body, then once more at the end, and again when a
    /// connection that was suspended then resumes.
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
            let method = unsafe method, let uploadSize = unsafe uploadSize, let known = unsafe state?.pointee
        else { return .NO }
        let server = unsafe Unmanaged<ExchangeHandler>.fromOpaque(context).takeUnretainedValue()
        let exchange = unsafe Unmanaged<Exchange>.fromOpaque(known).takeUnretainedValue()
        guard let admission = exchange.admission else {
            let version = unsafe version.map { unsafe String(cString: $0) } ?? ""
            return unsafe server.begin(exchange, String(cString: method), String(cString: url), version, connection)
        }
        if unsafe uploadSize.pointee > 0 {
            unsafe exchange.append(UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee))
            unsafe uploadSize.pointee = 0
            return .YES
        }
        if let pending = exchange.pending { return unsafe server.resume(pending, exchange, connection) }
        return unsafe server.respond(to: exchange, admission, connection)
    }

    static let completed: MHD_RequestCompletedCallback = { context, connection, state, end in
        guard let context = unsafe context, let connection = unsafe connection else { return }
        let server = unsafe Unmanaged<ExchangeHandler>.fromOpaque(context).takeUnretainedValue()
        unsafe server.connectionGuard?.entered(.waiting, cmicrohttpd_connection_socket(connection))
        guard let state = unsafe state, let known = unsafe state.pointee else { return }
        unsafe state.pointee = nil
        let exchange = unsafe Unmanaged<Exchange>.fromOpaque(known).takeRetainedValue()
        if let pending = exchange.pending { server.pendings.end(pending) }
        if end.rawValue == 0, exchange.admission != nil { server.options.didComplete?() }
    }

    /// Called when a connection was opened, and before it is closed.
    static let connected: MHD_NotifyConnectionCallback = { context, connection, _, event in
        guard let context = unsafe context, let connection = unsafe connection else { return }
        let server = unsafe Unmanaged<ExchangeHandler>.fromOpaque(context).takeUnretainedValue()
        let socket = unsafe cmicrohttpd_connection_socket(connection)
        guard event == .CONNECTION_NOTIFY_STARTED else {
            server.connections.closed(socket)
            server.connectionGuard?.closed(socket)
            return
        }
        server.connections.opened(socket)
        unsafe server.connectionGuard?.opened(socket, from: IPAddress(of: connection)?.network ?? [])
    }

    private func begin(
        _ exchange: Exchange,
        _ method: String,
        _ path: String,
        _ version: String,
        _ connection: OpaquePointer
    ) -> MHD_Result {
        let query = unsafe ServerRequest.query(of: connection)
        let headers = unsafe ServerRequest.headers(of: connection)
        if let flaw = RequestFlaw(path: path, query: query, version: version, headers: headers) {
            var response = ServerResponse(status: 400, text: flaw.text)
            response.headers.append("Connection", "close")
            return unsafe Self.send(response, connection)
        }
        guard unsafe mayAsk(cmicrohttpd_connection_socket(connection)) else {
            let refusal = ServerResponse(status: 403, text: "only root and the owner may ask\n")
            exchange.begin(.refused(refusal), sink: nil)
            return .YES
        }
        let sink = options.sink?(path, headers)
        let head = ServerRequest(
            method: method,
            path: path,
            escapedPath: exchange.escapedPath,
            query: Dictionary(query) { _, last in last },
            headers: headers,
            peer: unsafe IPAddress(of: connection),
            sink: sink,
            version: version
        )
        exchange.begin(responder.admit(head), sink: sink)
        return .YES
    }

    private func respond(
        to exchange: Exchange,
        _ admission: RequestAdmission,
        _ connection: OpaquePointer
    ) -> MHD_Result {
        connectionGuard?.entered(.answering, unsafe cmicrohttpd_connection_socket(connection))
        switch admission.answer(exchange.takeBody()) {
        case .now(let response): return unsafe deliver(response, exchange, connection)
        case .later(let deferred):
            let pending = unsafe PendingAnswer(deferred, on: connection, isAwaited: !options.mode.suspends)
            if let failure = pendings.begin(pending) {
                let response = deferred.failed(failure)
                deferred.didFinish(response)
                return unsafe deliver(response, exchange, connection)
            }
            exchange.pending = pending
            if !options.mode.suspends { _ = Thread.waiting { await pending.eventualResponse } }
            return unsafe resume(pending, exchange, connection)
        }
    }

    /// Sends a pending answer, or suspends the connection until there is one.
    private func resume(_ pending: PendingAnswer, _ exchange: Exchange, _ connection: OpaquePointer) -> MHD_Result {
        if pending.suspend() { return .YES }
        guard let response = pending.response else { return .NO }
        return unsafe deliver(response, exchange, connection)
    }

    private func deliver(
        _ response: ServerResponse,
        _ exchange: Exchange,
        _ connection: OpaquePointer
    ) -> MHD_Result {
        if let offer = response.webSocket { return unsafe upgrade(offer, response, exchange, connection) }
        if let offer = response.stream { return unsafe stream(offer, response, connection) }
        if let feed = response.feed { return unsafe stream(feed, response, connection) }
        if response.delay > .zero, options.mode == .threadPerConnection {
            _ = Poll.wait(for: .read, on: stopping.descriptor, timeout: response.delay)
        }
        guard response.isReset else { return unsafe Self.send(response, connection) }
        unsafe OpenConnections.abort(cmicrohttpd_connection_socket(connection))
        return .NO
    }

    private func mayAsk(_ socket: Int32) -> Bool {
        guard options.ownerOnly else { return true }
        guard let user = UnixSocket.peerUser(of: socket) else { return false }
        return user == 0 || user == geteuid()
    }

    /// Whether an answer may go on with `source`, which then ends with the server.
    private func mayUse(_ source: any AnswerSource) -> Bool {
        guard options.mode.suspends else { return false }
        return sources.withLock { sources in
            sources?[ObjectIdentifier(source)] = source
            return sources != nil
        }
    }

    private func stream(
        _ offer: EventStreamOffer,
        _ response: ServerResponse,
        _ connection: OpaquePointer
    ) -> MHD_Result {
        guard mayUse(offer.streams), let stream = unsafe offer.streams.open(offer, on: connection) else {
            return unsafe Self.send(ServerResponse(status: 503, text: "no stream can begin now\n"), connection)
        }
        connectionGuard?.entered(.streaming, unsafe cmicrohttpd_connection_socket(connection))
        let created = unsafe MHD_create_response_from_callback(
            UInt64.max,
            4096,
            EventStream.read,
            Unmanaged.passRetained(stream).toOpaque(),
            EventStream.free
        )
        stream.opened()
        return unsafe Self.queue(created, response, connection)
    }

    private func stream(_ feed: EventFeed, _ response: ServerResponse, _ connection: OpaquePointer) -> MHD_Result {
        let address = unsafe IPAddress(of: connection)?.network ?? []
        guard mayUse(feed), let listener = unsafe feed.listen(on: connection, from: address)
        else {
            var refusal = ServerResponse(status: 503, text: "enough listen already; close another page\n")
            refusal.headers = response.headers.replacing("Content-Type", with: "text/plain; charset=utf-8")
            refusal.headers.append("Retry-After", "10")
            return unsafe Self.send(refusal, connection)
        }
        connectionGuard?.entered(.streaming, unsafe cmicrohttpd_connection_socket(connection))
        let created = unsafe MHD_create_response_from_callback(
            UInt64.max,
            4096,
            EventListener.read,
            Unmanaged.passRetained(listener).toOpaque(),
            EventListener.free
        )
        return unsafe Self.queue(created, response, connection)
    }

    /// Answers with 101; then libmicrohttpd calls `upgraded`.
    private func upgrade(
        _ offer: WebSocketOffer,
        _ response: ServerResponse,
        _ exchange: Exchange,
        _ connection: OpaquePointer
    ) -> MHD_Result {
        guard mayUse(offer.sockets) else {
            return unsafe Self.send(ServerResponse(status: 503, text: "no WebSocket can open now\n"), connection)
        }
        let socket = unsafe cmicrohttpd_connection_socket(connection)
        connectionGuard?.entered(.streaming, socket)
        connections.closed(socket)
        exchange.promise(offer)
        return unsafe Self.queue(
            MHD_create_response_for_upgrade(UpgradedSocket.upgraded, nil),
            response,
            connection
        )
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
        for field in response.headers.fields { unsafe add(field, to: answer) }
        return unsafe MHD_queue_response(connection, UInt32(clamping: response.status), answer)
    }

    /// Adds a header, without memory from the heap for the two texts.
    private static func add(_ field: HTTPHeaders.Field, to answer: OpaquePointer) {
        let (name, value) = (field.name.utf8, field.value.utf8)
        let size = name.count + value.count + 2
        unsafe withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { text in
            guard let start = unsafe text.assumingMemoryBound(to: CChar.self).baseAddress else { return }
            unsafe text.initializeMemory(as: UInt8.self, repeating: 0)
            unsafe text.copyBytes(from: name)
            unsafe UnsafeMutableRawBufferPointer(rebasing: text[(name.count + 1)...]).copyBytes(from: value)
            unsafe MHD_add_response_header(answer, start, start + name.count + 1)
        }
    }
}
