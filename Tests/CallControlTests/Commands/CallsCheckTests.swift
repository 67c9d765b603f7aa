import AMI
import Basics
import Daemon
import Glibc
import HTTP
import TestSupport
import Testing

@testable import CallControl

struct CallsCheckTests {
    private let directory = TemporaryDirectory()

    /// A manager that refuses some actions and answers the others as Asterisk does.
    private struct Manager: Sendable {
        var denied: Set<String> = []
        var unknown: Set<String> = []
        var cut: Set<String> = []
        var contexts: Set<String> = ["call-hold", "call-transfer", "call-queue"]
        var commands = ["Ping"]

        func listen() throws -> ScriptedManager {
            try ScriptedManager { [self] peer in
                try peer.acceptLogin()
                while true { try peer.send(answer(try peer.action())) }
            }
        }

        private func answer(_ action: [String]) -> String {
            func value(_ name: String) -> String {
                action.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) } ?? ""
            }
            let (name, id) = (value("Action"), "ActionID: \(value("ActionID"))")
            func error(_ message: String) -> String { "Response: Error\r\n\(id)\r\nMessage: \(message)\r\n\r\n" }
            if denied.contains(name) { return error("Permission denied") }
            if unknown.contains(name) { return error("Invalid/unknown command: \(name). Use Action: ListCommands") }
            switch name {
            case "Setvar", "Originate", "QueuePause", "MuteAudio": return error("Channel not specified")
            case "Getvar":
                let found = contexts.contains { value("Variable").hasPrefix("DIALPLAN_EXISTS(\($0),") }
                return "Response: Success\r\n\(id)\r\nVariable: x\r\nValue: \(found ? 1 : 0)\r\n\r\n"
            case "ListCommands":
                let lines = commands.map { "\($0): something\r\n" }.joined()
                return "Response: Success\r\n\(id)\r\n\(lines)\r\n"
            case "Ping": return "Response: Success\r\n\(id)\r\nPing: Pong\r\n\r\n"
            default:
                return "Response: Success\r\n\(id)\r\nEventList: start\r\n\r\n"
                    + "Event: \(name)Complete\r\n\(id)\r\nEventList: Complete\r\nListItems: \(cut.contains(name) ? 1 : 0)"
                    + "\r\n\r\n"
            }
        }
    }

    /// The lines about Asterisk, in order.
    private func check(_ manager: Manager) async throws -> (lines: [String], failed: Bool) {
        let pbx = try manager.listen()
        var configuration = CallsConfiguration()
        (configuration.ami.host, configuration.ami.port) = ("127.0.0.1", pbx.port)
        (configuration.ami.username, configuration.ami.password) = ("calls", Secret("secret"))
        var report = CheckReport(hasColours: false, redaction: Redaction([]))
        await CallsCheckCommand.checkAsterisk(configuration, &report)
        return (report.text.split(separator: "\n").map(String.init), report.hasFailures)
    }

    private func expect(_ lines: [String], _ sign: String, _ parts: String...) {
        let found = lines.contains { line in line.hasPrefix(sign) && parts.allSatisfy { line.contains($0) } }
        #expect(found, "\(sign) \(parts): \(lines)")
    }

    @Test func `a user with all rights, all lists and the dialplan are found`() async throws {
        let (lines, failed) = try await check(Manager())
        #expect(!failed && !lines.contains { $0.hasPrefix("⚠") }, "\(lines)")
        expect(lines, "✓ Rights", "write=reporting,call,originate,agent,system")
        expect(lines, "✓ Lists", "CoreShowChannels 0", "ExtensionStateList 0")
        expect(lines, "✓ Dialplan", "[call-hold], [call-transfer], [call-queue]")
    }

    @Test(arguments: [
        ("Originate", "originate", "no calls can be made"), ("Setvar", "call", "held"),
        ("QueuePause", "agent", "paused"), ("MuteAudio", "system", "recordings"),
    ])
    func `each right that is missing is named with what is off without it`(
        action: String,
        right: String,
        loss: String
    ) async throws {
        let (lines, failed) = try await check(Manager(denied: [action]))
        #expect(!failed)
        expect(lines, "⚠ Rights", "write=\(right) is missing", loss, "[calls] of manager.conf")
    }

    @Test func `without the lists nothing can be shown`() async throws {
        let denied: Set = ["CoreShowChannels", "DeviceStateList", "Getvar"]
        let (lines, failed) = try await check(Manager(denied: denied, unknown: ["ParkedCalls"], cut: ["QueueStatus"]))
        #expect(failed)
        expect(lines, "✗ Rights", "write=reporting is missing")
        expect(lines, "✗ Lists", "CoreShowChannels", "calls cannot be shown")
        expect(
            lines,
            "⚠ Lists",
            "DeviceStateList",
            "the state of phones",
            "add reporting to 'write' in section [calls]"
        )
        expect(lines, "⚠ Lists", "ParkedCalls", "res_parking.so")
        expect(lines, "⚠ Lists", "QueueStatus was not complete")
        expect(lines, "⚠ Dialplan", "cannot be asked")
    }

    @Test func `a missing context and a superfluous right are named`() async throws {
        let manager = Manager(
            unknown: ["QueuePause"],
            contexts: ["call-hold", "call-queue"],
            commands: ["Command", "UpdateConfig"]
        )
        let (lines, failed) = try await check(manager)
        #expect(!failed)
        expect(lines, "⚠ Dialplan", "[call-transfer]", "calls dialplan")
        expect(lines, "⚠ Rights", "command, config")
        expect(lines, "⚠ Rights", "no action QueuePause", "app_queue.so")
    }

    @Test func `a refused login is a failure with what to do`() async throws {
        let pbx = try ScriptedManager { peer in
            try peer.send("Asterisk Call Manager/9.0.0\r\n")
            _ = try peer.action()
            try peer.send("Response: Error\r\nMessage: Authentication failed\r\n\r\n")
        }
        var configuration = CallsConfiguration()
        (configuration.ami.host, configuration.ami.port) = ("127.0.0.1", pbx.port)
        var report = CheckReport(hasColours: false, redaction: Redaction([]))
        await CallsCheckCommand.checkAsterisk(configuration, &report)
        #expect(report.hasFailures && report.text.contains("✗ Asterisk"))
    }

    // MARK: The rest

    private func database(_ path: String) async -> String {
        var configuration = CallsConfiguration()
        configuration.database = path
        var report = CheckReport(hasColours: false, redaction: Redaction([]))
        await CallsCheckCommand.checkDatabase(configuration, &report)
        return report.text
    }

    @Test func `the database is looked at without making it`() async throws {
        let path = directory.file("new/deeper/calls.db")
        #expect(await database(path).hasPrefix("⚠ Database       \(path) is not there yet"))
        #expect(unsafe access(directory.file("new"), F_OK) != 0)
        do {
            let store = try CallsStore(path: path)
            #expect(await database(path).hasPrefix("ℹ Database       \(path) is in use"))
            _ = store
        }
        #expect(await database(path).contains("calls user add"))
        try addUser(path)
        #expect(await database(path).hasPrefix("✓ Database       \(path) can be written"))
    }

    private func addUser(_ path: String) throws {
        let hash = PasswordHash("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")
        try CallsStore(path: path).register(Account("anna", .agent), try #require(hash), at: .now())
    }

    @Test func `a database that cannot be used is a failure`() async throws {
        try FileContents.write(Array("no database, and long enough to be seen as none".utf8), to: directory.file("x"))
        #expect(await database(directory.file("x")).hasPrefix("✗ Database"))
        #expect(await database(directory.file("x/below")).hasPrefix("✗ Database"))
    }

    private func port(_ configuration: CallsConfiguration) async -> String {
        var report = CheckReport(hasColours: false, redaction: Redaction([]))
        await CallsCheckCommand.checkPort(configuration, &report)
        return report.text
    }

    @Test func `the port is free, has the service, or something else`() async throws {
        var configuration = CallsConfiguration()
        configuration.port = 0
        #expect(await port(configuration).hasPrefix("✓ Port"))
        let service = try CallsPort.listen(
            configuration,
            Router([
                .immediate(.get, "/healthz", access: .open) { _ in ServerResponse(status: 200, text: "ok\n") }
            ]),
            tls: nil
        )
        configuration.port = service.port
        #expect(await port(configuration).contains("the service runs already"))
        service.stop()
        let other = try ScriptedManager { try $0.send("no\r\n") }
        configuration.port = other.port
        #expect(await port(configuration).hasPrefix("✗ Port"))
    }
}
