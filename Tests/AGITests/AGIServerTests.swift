import AGI
import Basics
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct AGIServerTests {
    /// Answers by the script's name: `now` at once, `ask` with the variable TRUNK, `late` and others never by itself.
    private final class Scripts: AGIHandler {
        /// What came for scripts that do not answer by themselves.
        let waiting = Lock<[AGIReplyHandle]>([])
        let arrivals = AsyncStream<Int>.makeStream()

        func variables(for request: AGIRequest) -> [String] { request.path == "ask" ? ["TRUNK"] : [] }

        func answer(_ request: AGIRequest, variables: [String: String], reply: AGIReplyHandle) {
            switch request.path {
            case "now": reply(AGIServerTests.answer("now"))
            case "ask": reply(AGIServerTests.answer(variables["TRUNK"] ?? "none"))
            default:
                let count = waiting.withLock { handles in
                    handles.append(reply)
                    return handles.count
                }
                arrivals.continuation.yield(count)
            }
        }

        func fallback(for request: AGIRequest) -> AGIAnswer { AGIServerTests.answer("fallback") }

        /// Waits until `count` sessions wait for an answer.
        func arrived(_ count: Int) async {
            for await arrived in arrivals.stream where arrived >= count { return }
        }

        func answerAll() {
            for reply in waiting.withLock({ $0 }) { reply(AGIServerTests.answer("later")) }
        }
    }

    static func answer(_ text: String) -> AGIAnswer { (try? AGIAnswer([("RESULT", text), ("B", "2")])) ?? AGIAnswer() }

    /// A server while a test uses it.
    private struct Running {
        let server: AGIServer
        let scripts: Scripts
        let instruments: AGIServer.Instruments
        let task: Task<Void, any Error>

        func count(_ outcome: AGIOutcome) -> Int { instruments.sessions[outcome]?.value ?? -1 }

        /// Stops the server and waits for its end: then all is counted.
        func stop() async {
            task.cancel()
            _ = await task.result
        }
    }

    private func start(_ change: (inout AGIServer.Configuration) -> Void = { _ in }) throws -> Running {
        var configuration = AGIServer.Configuration(host: "127.0.0.1", port: 0)
        // Long, where a test does not say otherwise: a slow machine must not change what happens.
        configuration.answerDeadline = .seconds(200)
        configuration.silenceLimit = .seconds(200)
        configuration.grace = .seconds(200)
        change(&configuration)
        let scripts = Scripts()
        let instruments = AGIServer.Instruments.unregistered()
        let server = try AGIServer(
            configuration,
            handler: scripts,
            instruments: instruments,
            log: Logger("test", sink: LogSink { _ in })
        )
        let task = Task { try await server.run() }
        return Running(server: server, scripts: scripts, instruments: instruments, task: task)
    }

    /// One session of a simulated Asterisk, to its end; the channel's variables afterwards.
    private func call(_ running: Running, _ script: String, variables: [String: String] = [:]) async throws
        -> [String: String]
    {
        let port = running.server.port
        return try await Thread.run("asterisk") {
            Result { () throws(NetworkError) in
                try SimulatedChannel(port: port).run(AGIPeer(script: script, variables: variables))
            }
        }.get()
    }

    @Test func `a script's variables arrive, by one write or one by one`() async throws {
        for isOneWrite in [true, false] {
            let running = try start { $0.isOneWrite = isOneWrite }
            #expect(try await call(running, "now")["RESULT"] == "now")
            #expect(try await call(running, "ask", variables: ["TRUNK": "a) \"b\""])["RESULT"] == "a) \"b\"")
            #expect(try await call(running, "ask")["RESULT"] == "none")
            await running.stop()
            #expect(running.count(.answered) == 3)
            #expect(running.instruments.openSessions.value == 0)
        }
    }

    @Test func `an answer may come from another thread, and a second one is ignored`() async throws {
        let running = try start()
        async let result = call(running, "wait")
        await running.scripts.arrived(1)
        running.scripts.answerAll()
        running.scripts.answerAll()
        #expect(try await result["RESULT"] == "later")
        running.scripts.answerAll()
        #expect(try await call(running, "now")["RESULT"] == "now")
        await running.stop()
        #expect(running.count(.answered) == 2)
    }

    @Test func `a handler that does not answer in time has its fallback sent`() async throws {
        let running = try start { $0.answerDeadline = .milliseconds(1) }
        #expect(try await call(running, "never")["RESULT"] == "fallback")
        running.scripts.answerAll()
        #expect(try await call(running, "now")["RESULT"] == "now")
        await running.stop()
        #expect(running.count(.fallback) == 1)
        #expect(running.count(.answered) == 1)
    }

    @Test func `a silent peer is ended, whatever it owes`() async throws {
        let running = try start { $0.silenceLimit = .milliseconds(1) }
        let head = AGIPeer(script: "ask").head
        for beginning in ["", "agi_network: yes\n", String(decoding: head, as: UTF8.self)] {
            let client = try await RawClient.connect(port: running.server.port, sending: beginning)
            #expect(await client.isClosed())
        }
        await running.stop()
        #expect(running.count(.silent) + running.count(.hungUp) == 3)
        #expect(running.count(.silent) > 0)
    }

    @Test func `stalled peers hold up nobody`() async throws {
        let running = try start()
        var stalled: [RawClient] = []
        for text in ["", "agi_network: yes\n", String(decoding: AGIPeer(script: "ask").head, as: UTF8.self)] {
            stalled.append(try await RawClient.connect(port: running.server.port, sending: text))
        }
        for _ in 0..<20 { #expect(try await call(running, "now")["RESULT"] == "now") }
        withExtendedLifetime(stalled) {}
        stalled = []
        await running.stop()
        #expect(running.count(.answered) == 20)
        #expect(running.count(.hungUp) == 3)
    }

    @Test func `a session over the limit is closed at once and counted, and a later one is served`() async throws {
        let running = try start { $0.maximumSessions = 2 }
        let head = String(decoding: AGIPeer(script: "wait").head, as: UTF8.self)
        var open: [RawClient] = []
        for count in 1...2 {
            open.append(try await RawClient.connect(port: running.server.port, sending: head))
            await running.scripts.arrived(count)
        }
        #expect(await (try RawClient.connect(port: running.server.port)).isClosed())
        running.scripts.answerAll()
        for client in open {
            try await client.read(until: "\"B\" \"2\"\n")
            #expect(await client.isClosed())
        }
        open = []
        // A new session has no room before the server has seen that one of the others ended.
        try await eventually("a session ends") { running.instruments.openSessions.value < 2 }
        #expect(try await call(running, "now")["RESULT"] == "now")
        await running.stop()
        #expect(running.count(.refused) == 1)
        #expect(running.count(.incomplete) == 2)
    }

    @Test func `a thousand sessions are open at once`() async throws {
        let running = try start()
        let port = running.server.port
        let head = AGIPeer(script: "wait").head
        let sockets = try await Thread.run("asterisk") {
            Result { () throws(NetworkError) in
                Handed(
                    try (0..<1000).map { _ throws(NetworkError) in
                        let socket = try Socket.connect(host: "127.0.0.1", port: port, timeout: .seconds(60))
                        try socket.writeAll(head[...], timeout: .seconds(60))
                        return socket
                    }
                )
            }
        }.get()
        await running.scripts.arrived(1000)
        #expect(running.instruments.openSessions.value == 1000)
        #expect(await (try RawClient.connect(port: port)).isClosed())
        running.scripts.answerAll()
        let results = try await Thread.run("asterisk") {
            Result { () throws(NetworkError) in
                try (sockets.take() ?? []).map { socket throws(NetworkError) in
                    try SimulatedChannel(socket).run(AGIPeer(script: "wait"), sendsHead: false)["RESULT"]
                }
            }
        }.get()
        #expect(results.allSatisfy { $0 == "later" } && results.count == 1000)
        await running.stop()
        #expect(running.count(.answered) == 1000)
        #expect(running.count(.refused) == 1)
    }

    @Test func `the end of the call before the answer ends the session`() async throws {
        let running = try start()
        let head = String(decoding: AGIPeer(script: "wait").head, as: UTF8.self)
        let client = try await RawClient.connect(port: running.server.port, sending: head + "HANGUP\n")
        #expect(await client.isClosed())
        running.scripts.answerAll()
        await running.stop()
        #expect(running.count(.hungUp) == 1)
    }

    @Test func `what is no Asterisk is closed`() async throws {
        let running = try start()
        let client = try await RawClient.connect(port: running.server.port, sending: "GET / HTTP/1.1\r\n\r\n")
        #expect(await client.isClosed())
        await running.stop()
        #expect(running.count(.invalid) == 1)
    }

    @Test func `a cancelled server refuses new sessions, answers the open ones and ends`() async throws {
        let running = try start()
        async let result = call(running, "wait")
        await running.scripts.arrived(1)
        running.task.cancel()
        try await eventually("the port is closed") {
            (try? await RawClient.connect(port: running.server.port)) == nil
        }
        running.scripts.answerAll()
        #expect(try await result["RESULT"] == "later")
        _ = await running.task.result
        #expect(running.count(.answered) == 1)
    }

    @Test func `a cancelled server waits no longer than its grace`() async throws {
        let running = try start { $0.grace = .milliseconds(1) }
        let client = try await RawClient.connect(port: running.server.port, sending: "agi_network: yes\n")
        try await eventually("the session is open") { running.instruments.openSessions.value == 1 }
        await running.stop()
        #expect(await client.isClosed())
        #expect(running.count(.stopped) == 1)
    }

    @Test func `a port that is taken is an error before anything runs`() throws {
        let listener = try Listener(host: "127.0.0.1", port: 0)
        let configuration = AGIServer.Configuration(host: "127.0.0.1", port: listener.port)
        let log = Logger("test", sink: LogSink { _ in })
        #expect(throws: NetworkError.self) { try AGIServer(configuration, handler: Scripts(), log: log) }
    }
}
