import Basics
import TestSupport
import Testing

@testable import Simulation

/// A configuration for a busy machine: a client may be slow without being dropped.
func patient() -> PBXConfiguration {
    var configuration = PBXConfiguration()
    configuration.writeTimeout = .seconds(100)
    return configuration
}

/// Runs `client` on a thread against a started PBX, while `meanwhile` runs; stops the PBX in the end.
func withPBX<Result: Sendable>(
    _ configuration: PBXConfiguration = patient(),
    meanwhile: @escaping @Sendable (SimulatedPBX) async throws -> Void = { _ in },
    client: @escaping @Sendable (SimulatedPBX) throws -> Result
) async throws -> Result {
    let pbx = try SimulatedPBX(configuration)
    try await pbx.start()
    async let playing: Void = meanwhile(pbx)
    let result = try await Thread.run("test-client") { Swift.Result { try client(pbx) } }
    await pbx.stop()
    try await playing
    return try result.get()
}

/// Looks every millisecond, on a thread that may wait, whether `condition` holds.
func until(_ condition: @escaping @Sendable () -> Bool) async {
    try? await Thread.run("test-until") { waitUntil(condition) }
}

/// The same for a thread of the test's own; after two minutes it records an issue and returns.
func waitUntil(_ condition: () -> Bool) {
    guard let never = try? EventFD() else { return }
    let deadline = ContinuousClock.now + .seconds(120)
    while !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("a condition did not hold within 120 s")
            return
        }
        _ = Poll.wait(for: .read, on: never.descriptor, timeout: .milliseconds(1))
    }
}

/// Plays calls once a number of sessions are logged in, then stops the PBX, so that clients see the end.
func play(_ pbx: SimulatedPBX, calls: Int, rate: Double? = nil, sessions: Int = 1) async throws {
    await until { pbx.sessions >= sessions }
    try await pbx.play(calls: calls, rate: rate)
    await pbx.stop()
}

@Suite struct PBXSessionTests {
    @Test func `the greeting is one line without a blank one`() async throws {
        let (line, next) = try await withPBX { pbx in
            let client = try PBXTestClient(port: pbx.port, readsGreeting: false)
            let line = client.line()
            try client.act("Action: Challenge", "AuthType: MD5")
            return (line, client.line())
        }
        #expect(line == "Asterisk Call Manager/11.0.0")
        #expect(next == "Response: Success")
    }

    @Test func `a client logs in by challenge and receives every event that it may see`() async throws {
        let (events, statistics, cdrs, cels) = try await withPBX(meanwhile: { try await play($0, calls: 30) }) { pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.act("Action: Challenge", "AuthType: MD5")
            let challenge = client.stanza()?["Challenge"] ?? ""
            let key = ASCII.hexadecimal(Digest.md5(Array("\(challenge)secret".utf8)))[...].text
            try client.act("Action: Login", "AuthType: MD5", "Username: connector", "Key: \(key)")
            #expect(client.stanza()?["Message"] == "Authentication accepted")
            let events = client.stanzas()
            return (events, pbx.statistics, pbx.log.cdrs, pbx.log.cels)
        }
        #expect(events.count { $0["Event"] == "Cdr" } == cdrs.written)
        #expect(events.count { $0["Event"] == "CEL" } == cels.written)
        #expect(cdrs.written >= 30 && cdrs.entitled == cdrs.written && cdrs.absent == 0)
        #expect(events.allSatisfy { ["cdr,all", "call,all"].contains($0["Privilege"]) })
        #expect(events.count == statistics.sent.total)
        #expect(statistics.sent[.agent] == 0)
        #expect(statistics.logins == 1 && statistics.sends > 0)
    }

    @Test func `a wrong secret is refused after a while and the connection closed`() async throws {
        var configuration = patient()
        configuration.loginFailureDelay = .milliseconds(20)
        let (answer, next) = try await withPBX(configuration) { pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.act("Action: Login", "Username: connector", "Secret: wrong", "ActionID: 1")
            return (client.stanza()?["Message"], client.line())
        }
        #expect(answer == "Authentication failed")
        #expect(next == nil)
    }

    @Test func `a connection that does not log in is closed without a word`() async throws {
        var configuration = patient()
        configuration.loginTimeout = .milliseconds(20)
        let closed = try await withPBX(configuration) { pbx in
            let client = try PBXTestClient(port: pbx.port)
            return client.line() == nil && client.isAtEnd
        }
        #expect(closed)
    }

    @Test func `each session has its own mask, and it can be changed`() async throws {
        let (cdrOnly, celOnly) = try await withPBX(meanwhile: { try await play($0, calls: 10, sessions: 2) }) { pbx in
            let first = try PBXTestClient(port: pbx.port)
            try first.logIn(events: "cdr")
            let second = try PBXTestClient(port: pbx.port)
            try second.logIn(events: "off")
            try second.act("Action: Events", "EventMask: call")
            #expect(second.stanza()?["Events"] == "On")
            return (first.stanzas(), second.stanzas())
        }
        #expect(!cdrOnly.isEmpty && cdrOnly.allSatisfy { $0["Event"] == "Cdr" })
        #expect(!celOnly.isEmpty && celOnly.allSatisfy { $0["Event"] != "Cdr" })
    }

    @Test func `a stray blank line makes one more error answer`() async throws {
        let answers = try await withPBX { pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.logIn()
            try client.send("\r\nAction: Ping\nActionID: p1\n\n")
            return [client.stanza(), client.stanza()].map { ($0 ?? []).map { "\($0.name)=\($0.value)" } }
        }
        #expect(answers[0] == ["Response=Error", "Message=Missing action in request"])
        #expect(answers[1].prefix(3) == ["Response=Success", "ActionID=p1", "Ping=Pong"])
    }

    @Test func `an overlong line is an error and the session lives on`() async throws {
        let answers = try await withPBX { pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.logIn()
            try client.send("Action: \(String(repeating: "x", count: 1100))\r\n\r\nAction: Ping\r\n\r\n")
            var answers: [String] = []
            while let stanza = client.stanza() {
                answers.append(stanza["Response"] + stanza["Message"])
                if !stanza["Ping"].isEmpty { break }
            }
            return answers
        }
        #expect(answers.first == "ErrorFailed to parse message: line too long")
        #expect(answers.last == "Success")
    }

    @Test func `events without a client are counted separately`() async throws {
        let pbx = try SimulatedPBX()
        try await pbx.start()
        try await pbx.play(calls: 5)
        await pbx.stop()
        #expect(pbx.log.cdrs.absent >= 5 && pbx.log.cdrs.entitled == 0)
        #expect(pbx.log.cels.absent > pbx.log.cdrs.absent && pbx.log.cels.entitled == 0)
    }

    @Test func `the answer to the login can come in one piece with events`() async throws {
        var configuration = patient()
        configuration.coalescesLogin = true
        configuration.coalescingTime = .seconds(100)
        let first = try await withPBX(configuration, meanwhile: { try await play($0, calls: 5) }) { pbx in
            let client = try PBXTestClient(port: pbx.port)
            try client.act("Action: Login", "Username: connector", "Secret: secret")
            #expect(client.receive(timeout: .seconds(20)))
            return client.received[...].text
        }
        let login = first.split(separator: "\r\n\r\n").map(String.init)
        #expect(login.first?.hasSuffix("Authentication accepted") == true)
        #expect(login.count > 1 && login[1].hasPrefix("Event: "))
    }

    @Test func `playing at a rate emits that many events in the time`() async throws {
        let pbx = try SimulatedPBX()
        try await pbx.start()
        let begin = ContinuousClock.now
        let played = try await pbx.play(calls: 4, rate: 1000)
        let time = ContinuousClock.now - begin
        await pbx.stop()
        #expect(time >= .seconds(Double(played - 64) / 1000))
    }

    @Test func `prerendered events are the same as others`() async throws {
        func bytes(prerenders: Bool) async throws -> [UInt8] {
            var configuration = patient()
            configuration.prerenders = prerenders
            let pbx = try SimulatedPBX(configuration, clock: { PBXCallTests.end })
            try await pbx.start()
            async let playing: Void = play(pbx, calls: 20)
            let port = pbx.port
            let bytes = try await Thread.run("test-client") { () -> [UInt8] in
                guard let client = try? PBXTestClient(port: port), (try? client.logIn()) != nil else { return [] }
                _ = client.stanzas()
                return client.received
            }
            try await playing
            return bytes
        }
        let (live, prerendered) = (try await bytes(prerenders: false), try await bytes(prerenders: true))
        #expect(live.count > 10_000)
        #expect(live == prerendered)
    }

    @Test func `cancelling ends endless playing`() async throws {
        let pbx = try SimulatedPBX()
        try await pbx.start()
        let playing = Task { try await pbx.play(rate: 200) }
        await until { pbx.statistics.generated.total > 0 }
        playing.cancel()
        #expect(try await playing.value > 0)
        await pbx.stop()
    }
}
