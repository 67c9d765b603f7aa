package import Basics

/// All WebSockets of a server, served by one thread with epoll.
///
/// **Invariants.** No read, write or close blocks, so no client delays another one. Memory is bounded: by `limit`, by
/// `messageLimit` for what comes in, and by the limits of each queue for what goes out. A client that does not answer
/// a ping, does not read, or breaks the protocol loses its socket.
///
/// Over TLS, libmicrohttpd copies between the client and a pair of sockets; it reports a lost connection only when
/// something is sent, so at the latest after the next ping.
///
/// The server that answers with its sockets stops it.
///
/// ```swift
/// let sockets = try WebSockets()
/// let route = Route.immediate(.get, "/ws", access: .authenticated) { request in
///     try request.webSocket(on: sockets, protocols: ["example.v1"], handler: Echo())
/// }
/// struct Echo: WebSocketHandler {
///     func received(_ text: [UInt8], on socket: WebSocket) { socket.send(text: text) }
/// }
/// ```
package final class WebSockets: Sendable {
    package struct Configuration: Sendable {
        /// The most sockets at once.
        package var limit = 5000
        /// The longest message of a client, in bytes.
        package var messageLimit = WebSocketReader.messageLimit
        /// What may wait for each client.
        package var queue = OutgoingQueue.Limits()
        /// How long a client may take to answer a close frame.
        package var closeTimeout = Duration.seconds(5)
        /// How long clients may take for that when the server stops.
        package var stopTimeout = Duration.seconds(1)
        /// How often deadlines are checked.
        package var tick = Duration.seconds(1)
        /// How much the system keeps for a client that does not read, in bytes.
        package var sendBuffer = 64 << 10
        /// The time of all deadlines.
        package var clock: @Sendable () -> ContinuousClock.Instant = { .now }

        package init() {}
    }

    let configuration: Configuration
    private let mailbox: WebSocketMailbox
    private let ended = Condition(false)

    /// Starts the thread, and waits until it has what it needs.
    package init(_ configuration: Configuration = Configuration()) throws(SystemError) {
        self.configuration = configuration
        mailbox = try WebSocketMailbox()
        let (mailbox, ended) = (mailbox, ended)
        let begun = Condition<Result<Void, SystemError>?>(nil)
        try Thread.detach("websocket") {
            do throws(SystemError) {
                let loop = try WebSocketLoop(configuration, mailbox)
                begun.change { $0 = .success(()) }
                loop.run()
            } catch {
                begun.change { $0 = .failure(error) }
            }
            Thread.releaseLibraryState()
            ended.change { $0 = true }
        }
        try begun.wait { $0 }.get()
    }

    deinit { mailbox.stop() }

    /// The number of open sockets.
    package var count: Int { mailbox.count }

    var hasRoom: Bool { count < configuration.limit }

    /// Closes all sockets with 1001, and refuses new ones; returns when all are closed and the thread has ended.
    ///
    /// Blocks for `stopTimeout` and a `tick` at most. May be called again.
    func stop() {
        mailbox.stop()
        ended.wait { $0 ? () : nil }
    }

    func open(_ socket: UpgradedSocket) { if !mailbox.post(opened: socket) { socket.close() } }
}
