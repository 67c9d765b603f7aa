import Basics
import Glibc
import HTTP
import TestSupport
import Testing

/// A real Asterisk with four telephones inside and one in the world, and `calls run` beside it.
final class CallsLab: Sendable {
    let lab: AsteriskLab
    /// Of Anna, Otto and Ida, who is busy, and of somebody in the world.
    let anna: SIPPhone
    let otto: SIPPhone
    let ida: SIPPhone
    let world: SIPPhone
    private let directory = TemporaryDirectory()
    private let client: HTTPClient
    private let state = Lock<(process: Subprocess?, url: String, token: String)>((nil, "", ""))

    /// Of the password `U*U`.
    private static let hash = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"

    /// How often each test does all of it: `ASTERISK_LAB_ROUNDS`, else once.
    private static let rounds = environmentVariable("ASTERISK_LAB_ROUNDS").flatMap { Int($0) } ?? 1

    /// Runs `body`, as often as `ASTERISK_LAB_ROUNDS` says.
    static func run(_ body: (CallsLab) async throws -> Void) async throws {
        let phones = try ["1001", "1002", "1003", "world"].map { try SIPPhone($0) }
        phones[2].set(.isBusy)
        let snippet = try Subprocess.connector(["calls", "dialplan"], environment: [:])
        #expect(try await snippet.exitStatus() == .exited(0))
        try await AsteriskLab.run(phones: phones, dialplan: snippet.text(of: .output)) { lab in
            let calls = try CallsLab(lab, phones)
            try await calls.start()
            do {
                for _ in 0..<rounds { try await body(calls) }
            } catch {
                Issue.record("\(error); state: \(await calls.picture)")
            }
            try await calls.stop()
            await calls.client.close()
        }
    }

    private init(_ lab: AsteriskLab, _ phones: [SIPPhone]) throws {
        self.lab = lab
        (anna, otto, ida, world) = (phones[0], phones[1], phones[2], phones[3])
        client = try HTTPClient()
    }

    private var environment: [String: String] {
        [
            "CALLS_DB": directory.file("calls.db"), "CALLS_PORT": "0", "AMI_HOST": "127.0.0.1",
            "AMI_PORT": "\(lab.amiPort)", "AMI_USERNAME": "calls", "AMI_PASSWORD": "calls-secret",
            "JWT_SECRET": "a-key-of-tokens-that-has-thirty-two-bytes", "CALLS_CONTEXT": "from-phones",
            "CALLS_RING_SECONDS": "5", "CALLS_EXTENSION_PATTERN": "^100[0-9]$",
        ]
    }

    // MARK: The service

    /// Starts the service, and logs in.
    func start() async throws {
        try FileContents.write(Array("root:\(Self.hash):superuser\n".utf8), to: directory.file("users"))
        let added = try Subprocess.connector(
            ["calls", "user", "import", directory.file("users")],
            environment: environment
        )
        _ = try await added.exitStatus()
        let process = try Subprocess.connector(["calls", "run"], environment: environment)
        let started = try await process.line(containing: "calls over HTTP")
        let url = String(try #require(started.firstMatch(of: /url=(\S+)/)?.1))
        _ = try await process.line(containing: "live state in step")
        state.withLock { $0 = (process, url, "") }
        let answer = try await send(.post, "/api/ami/users/login", #"{"username":"root","password":"U*U"}"#)
        let token = try #require(answer["jwt"]?.string, "\(answer)")
        state.withLock { $0.token = token }
    }

    func stop() async throws {
        guard let process = state.withLock({ $0.process }) else { return }
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
    }

    /// Ends it as a loss of power does.
    func kill() async throws {
        guard let process = state.withLock({ $0.process }) else { return }
        process.terminate(SIGKILL)
        _ = try await process.exitStatus()
    }

    /// Sends a request; one that is refused because there were too many is sent again.
    func send(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") async throws -> JSONValue {
        var answer = JSONValue.null
        try await eventually("\(path) is not refused as one too many") {
            answer = try await sendOnce(method, path, body)
            return answer["error"]?.string != "RATE_LIMITED"
        }
        return answer
    }

    private func sendOnce(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String
    ) async throws -> JSONValue {
        let (_, url, token) = state.withLock { $0 }
        var request = HTTPRequest(method, url + path)
        if !token.isEmpty { request.headers.append("Authorization", "Bearer \(token)") }
        if !body.isEmpty { request.body = .bytes(Array(body.utf8)) }
        return try JSONParser.parse(try await client.send(request).body[...])
    }

    // MARK: Calls and transfers

    /// The calls that have not ended.
    var calls: [JSONValue] {
        get async throws { try await send(.get, "/api/ami/calls")["calls"]?.elements ?? [] }
    }

    /// For messages of failures.
    private var picture: String {
        get async {
            let calls = (try? await send(.get, "/api/ami/calls")).map { "\($0)" } ?? "none"
            let transfers = (try? await send(.get, "/api/enhanced-transfers")).map { "\($0)" } ?? "none"
            return "\(calls) \(transfers)"
        }
    }

    /// Waits until there is one call, in a state; its id.
    func call(in state: String) async throws -> String {
        var id = ""
        try await eventually("one call that is \(state)", within: .seconds(30)) {
            let calls = try await self.calls
            guard calls.count == 1, calls[0]["state"]?.string == state else { return false }
            id = calls[0]["callId"]?.string ?? ""
            return true
        }
        return id
    }

    /// A call from the world that Anna has taken; its id.
    func connect() async throws -> String {
        try await idle()
        world.set(.answers)
        let answer = try await send(
            .post,
            "/api/ami/calls/originate",
            #"{"extension":"1001","number":"5550100"}"#
        )
        #expect(answer["success"] == .boolean(true), "\(answer)")
        // Before, the call is up for a moment with her alone.
        try await talking(anna, world)
        return try await call(in: "up")
    }

    /// Waits until nobody talks.
    func idle() async throws {
        for phone in [anna, otto, ida, world] { phone.hangUp() }
        try await eventually("silence", within: .seconds(30)) {
            let calls = try await self.calls
            return calls.isEmpty && ![anna, otto, ida, world].contains { $0.isBusy }
        }
        anna.set(.answers)
        otto.set(.answers)
        ida.set(.isBusy)
    }

    /// Begins a transfer; its id.
    func transfer(_ type: String, _ call: String, to target: String) async throws -> String {
        let answer = try await send(
            .post,
            "/api/enhanced-transfers/\(type)",
            #"{"callId":"\#(call)","target":"\#(target)"}"#
        )
        return try #require(answer["transferId"]?.string, "\(answer)")
    }

    /// Waits until a transfer is in a state.
    func transfer(_ id: String, is state: String) async throws {
        var last = ""
        try await eventually("transfer is \(state), not \(last)", within: .seconds(60)) {
            last = try await send(.get, "/api/enhanced-transfers/\(id)")["transfer"]?["state"]?.string ?? ""
            return last == state
        }
    }

    /// Waits until a phone rings.
    func rings(_ phone: SIPPhone) async throws {
        try await eventually("\(phone.name) rings", within: .seconds(30)) { phone.count(.ringing) == 1 }
    }

    /// Waits until exactly these talk with each other, and all others are at rest.
    func talking(_ phones: SIPPhone...) async throws {
        let names = phones.map(\.name)
        try await eventually("\(names) talk with each other", within: .seconds(30)) {
            for phone in [anna, otto, ida, world] {
                guard phone.count(.up) == (names.contains(phone.name) ? 1 : 0), phone.count(.ringing) == 0 else {
                    return false
                }
            }
            return try await calls.count == 1
        }
    }
}
