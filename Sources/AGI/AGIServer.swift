package import Basics

/// A server of FastAGI, the protocol by which Asterisk's dialplan asks a script over the network.
///
/// **Format.** Text over TCP, lines that end with LF (res/res_agi.c). `AGI(agi://host:port/script?query,argument)`
/// opens a connection; Asterisk sends lines `agi_name: value` and a blank one. Then the script sends commands, one a
/// line, and Asterisk answers each: `200 result=1 (value)`, 510, 511 or 520. `HANGUP` on a line of its own says at any
/// time that the call has ended. The session ends when the script closes, and the dialplan goes on.
///
/// **Invariants.**
/// - Asterisk waits without a limit, so each session is bounded here: each thing that Asterisk owes within
///   `silenceLimit`, bytes that come one by one do not extend it; the handler within `answerDeadline`, else the
///   handler's fallback is sent.
/// - Sessions are independent: a peer that stalls holds up no other one. No write blocks.
/// - Variables are read one by one. All variables are set by one write, after which the sending direction ends: with
///   several commands in one write, Asterisk runs those after the first only when more bytes or the end come. Then the
///   server reads until Asterisk closes, so that Asterisk's last lines meet no closed socket.
/// - Text from outside is sent only in quoted words, without line breaks.
/// - Memory is bounded: by `maximumSessions` and the limits of `AGIHeadDecoder`, `AGIReplyDecoder` and `AGIAnswer`.
///
/// `AGISession` decides all of this without I/O; one thread drives all sessions with epoll.
///
/// ```swift
/// struct Greeting: AGIHandler {
///     func answer(_ request: AGIRequest, variables: [String: String], reply: AGIReplyHandle) {
///         reply((try? AGIAnswer([("GREETING", "hello \(request.callerID ?? "")")])) ?? AGIAnswer())
///     }
///     func fallback(for request: AGIRequest) -> AGIAnswer { AGIAnswer() }
/// }
/// let server = try AGIServer(AGIServer.Configuration(host: "127.0.0.1"), handler: Greeting(), log: log)
/// try await server.run()
/// ```
package final class AGIServer: Service {
    package let name = "agi"

    /// Where it listens, also when port 0 was asked for.
    package var port: UInt16 { parts.listener.port }

    private let parts: AGILoop.Parts

    /// Listens; sessions are served by `run`.
    ///
    /// Blocks while the name is resolved.
    ///
    /// - Throws: when the address cannot be used, such as a port that is taken.
    package init(
        _ configuration: Configuration,
        handler: any AGIHandler,
        instruments: Instruments = .unregistered(),
        log: Logger
    ) throws(NetworkError) {
        let listener = try Listener(host: configuration.host, port: configuration.port, backlog: 1024)
        do throws(SystemError) {
            parts = AGILoop.Parts(
                configuration: configuration,
                listener: listener,
                handler: handler,
                mailbox: try AGIMailbox(),
                instruments: instruments,
                log: log
            )
        } catch {
            throw .system(error)
        }
        log.info("FastAGI ready", [.init(own: "host", configuration.host), .init("port", listener.port)])
    }

    /// Serves sessions until it is cancelled.
    ///
    /// Then it refuses new ones, and returns when the open ones have ended, after `grace` at most. To be called once.
    ///
    /// - Throws: when the system gives no thread or no epoll.
    package func run() async throws {
        let parts = parts
        try await withTaskCancellationHandler {
            try await Thread.run("agi") {
                Result { () throws(SystemError) in try AGILoop(parts).run() }
            }.get()
        } onCancel: {
            parts.mailbox.stop()
        }
    }
}
