import Basics
import Daemon
import HTTP
import TestSupport
import Testing

@testable import CallControl

struct UserCommandsTests {
    private let directory = TemporaryDirectory()

    private var database: String { directory.file("calls.db") }
    private static let bcrypt = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"

    /// - Parameter isFree: whether nobody has the store; the command before may give it back a moment after its end.
    private func run(_ words: String..., isFree: Bool = true) async throws -> ExitCode {
        if isFree { try await eventually("the store is free") { (try? CallsStore(path: database)) != nil } }
        try FileContents.write(Array("CALLS_DB=\(database)\n".utf8), to: directory.file("env"))
        let program = ProgramDefinition(
            commands: UserCommands.all,
            groups: [CommandGroup(word: "calls", summary: "Calls")],
            settings: [CallsConfiguration.settings.section]
        )
        let outcome = program.parse(["calls", "user"] + words + ["--env-file", directory.file("env")])
        guard case .run(let invocation) = outcome else {
            Issue.record("\(outcome)")
            return .usage
        }
        return try await invocation.command.run(invocation)
    }

    private func write(_ text: String) throws -> String {
        try FileContents.write(Array(text.utf8), to: directory.file("users"))
        return directory.file("users")
    }

    private func accounts() async throws -> [Account] {
        try await eventually("the store is free") { (try? CallsStore(path: database)) != nil }
        return try CallsStore(path: database).allAccounts()
    }

    @Test func `users of a file are added, and bad lines are left out`() async throws {
        let file = try write(
            """
            # name:hash
            old:\(Self.bcrypt)
            mia:\(Self.bcrypt):manager:1100:Mia: the boss

            bad
            bad:plain-password
            bad:\(Self.bcrypt):king
            bad:\(Self.bcrypt)::12@evil

            """
        )
        #expect(try await run("import", file, "--permissions", "make_calls,hold_calls") == .badData)
        let accounts = try await accounts()
        #expect(accounts.map(\.username) == ["mia", "old"])
        #expect(accounts[0].role == .manager && accounts[0].extension == "1100" && accounts[0].name == "Mia: the boss")
        #expect(accounts[1].role == .agent && accounts[1].permissions == [.makeCalls, .holdCalls])
        #expect(try await run("import", file) == .badData)
        #expect(try await run("import", write("new:\(Self.bcrypt)\r\n"), "--role", "superuser") == .success)
        #expect(try await run("import", directory.file("none")) == .noInput)
    }

    @Test func `a user is disabled, except the last superuser and one who is not there`() async throws {
        #expect(try await run("import", write("old:\(Self.bcrypt)\nroot:\(Self.bcrypt):superuser")) == .success)
        #expect(try await run("disable", "old") == .success)
        #expect(try await run("disable", "root") == .failure)
        #expect(try await run("disable", "nobody") == .failure)
        #expect(try await run("disable", "../users") == .failure)
        #expect(try await run("list") == .success)
        #expect(try await run("list", "--json") == .success)
        #expect(try await accounts().map(\.isDisabled) == [true, false])
    }

    @Test func `a store that another process uses is said to be so`() async throws {
        let store = try CallsStore(path: database)
        #expect(try await run("list", isFree: false) == .temporaryFailure)
        _ = store.path
    }

    @Test func `while the service runs, commands reach it by its socket`() async throws {
        let testing = try await LoginsTesting(in: directory)
        var configuration = CallsConfiguration()
        configuration.database = database
        let routes = LoginRoutes(testing.logins, extensions: .standard) { _ in true }.localRoutes
        let socket = configuration.controlSocket(routes, log: Logger("control", sink: testing.log.sink))
        let running = Task { try await socket.run() }
        var client = HTTPClient.Configuration(userAgent: "test")
        client.unixSocket = ControlSocket.path(in: configuration.controlDirectory)
        let probe = try HTTPClient(client)
        while (try? await probe.send(HTTPRequest(.get, "http://localhost/users"))) == nil { await Task.yield() }
        let token = try await testing.login("anna").accessToken

        #expect(try await run("import", write("old:\(Self.bcrypt)"), isFree: false) == .success)
        #expect(try await run("disable", "anna", isFree: false) == .success)
        #expect(testing.caller(token) == .failure(.revoked))
        #expect(try await testing.login("old", Secret("U*U")).account.role == .agent)
        running.cancel()
        _ = await running.result
    }

    @Test func `a user is added and gets another password`() async throws {
        var configuration = CallsConfiguration()
        configuration.database = database
        let access = try await UserAccess(configuration)
        let new = #"{"username":"root","role":"superuser","password":"a long new password"}"#
        let answer = try await access.send(.post, "/users", Array(new.utf8))
        #expect(answer["user"]?["role"] == .string("superuser"))
        let change = #"{"password":"another long password"}"#
        _ = try await access.send(.patch, "/users/root", Array(change.utf8))
        let short = #"{"password":"short"}"#
        await #expect(
            throws: UserAccess.Refusal(status: 400, reason: "password: the password needs 12 characters or more")
        ) {
            _ = try await access.send(.patch, "/users/root", Array(short.utf8))
        }
        await access.close()
    }
}

struct PasswordPromptTests {
    private func type(_ text: String) -> PasswordPrompt.Line.State {
        var line = PasswordPrompt.Line()
        var state = PasswordPrompt.Line.State.unfinished
        for byte in text.utf8 where state == .unfinished { state = line.type(byte) }
        return state
    }

    @Test(
        arguments: [
            ("secret\n", "secret"), ("secret\r", "secret"), ("secrex\u{7f}t\n", "secret"), ("ä\u{8}b\n", "b"),
            ("wrong\u{15}right\n", "right"), ("\u{7f}a\n", "a"), ("end\u{4}", "end"), ("two words\n", "two words"),
        ]
    )
    func `a line is edited as on any terminal`(typed: String, password: String) {
        #expect(type(typed) == .finished(password))
    }

    @Test func `a line is cancelled, or not finished yet`() {
        #expect(type("sec\u{3}") == .cancelled)
        #expect(type("\u{4}") == .cancelled)
        #expect(type("sec") == .unfinished)
    }
}
