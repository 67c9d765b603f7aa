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
    private let stopping: Wakeup

    init(_ options: HTTPServerOptions, _ handler: @escaping HTTPServer.Handler) throws(SystemError) {
        self.options = options
        self.handler = handler
        stopping = try Wakeup()
    }

    /// Ends all delays, for good.
    func stop() { stopping.signal() }

    /// Called for a request's head, then for each piece of its body, then once more at the end.
    static let answer: MHD_AccessHandlerCallback = { context, connection, url, method, _, upload, uploadSize, state in
        guard let context = unsafe context, let connection = unsafe connection, let url = unsafe url,
            let method = unsafe method, let uploadSize = unsafe uploadSize, let state = unsafe state
        else { return .NO }
        let server = unsafe Unmanaged<ExchangeHandler>.fromOpaque(context).takeUnretainedValue()
        guard let known = unsafe state.pointee else {
            let sink = unsafe server.options.sink?(String(cString: url), ServerRequest.headers(of: connection))
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

    static let completed: MHD_RequestCompletedCallback = { context, _, state, end in
        if end.rawValue == 0, let context = unsafe context {
            unsafe Unmanaged<ExchangeHandler>.fromOpaque(context).takeUnretainedValue().options.didComplete?()
        }
        guard let state = unsafe state, let known = unsafe state.pointee else { return }
        unsafe Unmanaged<Exchange>.fromOpaque(known).release()
        unsafe state.pointee = nil
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
        let response = handler(request)
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

    private static func send(_ response: ServerResponse, _ connection: OpaquePointer) -> MHD_Result {
        let created = unsafe response.body.withUnsafeBytes { bytes in
            let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            return unsafe MHD_create_response_from_buffer(bytes.count, start, .RESPMEM_MUST_COPY)
        }
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
