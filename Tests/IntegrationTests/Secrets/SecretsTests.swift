import Basics
import Daemon
import Glibc
import HTTP
import TestSupport
import Testing

@testable import Connector

/// All that the program shows, searched for secrets and for numbers of callers, while whoever it talks to repeats both.
@Suite(.timeLimit(.minutes(5)))
struct SecretsTests {
    /// One way to give the secrets, and the log that comes with it: each once.
    struct Case: CustomTestStringConvertible {
        let way: MarkedSecrets.Way
        let format: LogFormat
        let level: LogLevel

        var testDescription: String { "\(way), \(format) \(level)" }
    }

    private static let cases = [
        Case(way: .environment, format: .text, level: .info), Case(way: .envFile, format: .json, level: .info),
        Case(way: .json, format: .text, level: .debug), Case(way: .secretFile, format: .json, level: .debug),
    ]

    private static func expectNoSecret(_ text: String, in place: String) {
        for secret in MarkedSecrets.all where text.contains(secret) {
            Issue.record("\(secret) is in \(place):\n\(text)")
        }
    }

    private static func expectNoCaller(_ text: String, in place: String) {
        for caller in EchoSite.hidden where text.contains(caller) { Issue.record("\(caller) is in \(place):\n\(text)") }
    }

    @Test(arguments: cases)
    func `nothing shows a secret, and only what is asked for records shows a caller`(_ example: Case) async throws {
        let site = EchoSite()
        let (manager, proxy) = (try site.startManager(), try site.startProxy())
        defer { proxy.stop() }
        try site.writeRecordings()
        let secrets = MarkedSecrets(directory: site.directory, way: example.way, proxy: proxy.url)
        let given = try secrets.give()
        let environment = site.environment(managerPort: manager.port).merging(given.environment) { $1 }
            .merging(["LOG_FORMAT": example.format.rawValue, "LOG_LEVEL": example.level.rawValue]) { $1 }
        let run = Runner(environment: environment, options: given.options)

        let process = try run.start(RunCommand.command)
        try await eventually("a dead letter of each caller") {
            process.lines.count { $0.text.contains("record refused, kept as a dead letter") } == EchoSite.callers.count
        }
        try await process.line(containing: "recording parked")
        try await process.line(containing: "uploads paused until the error is corrected")
        Self.expectNoSecret(try run.commandLine(of: process), in: "the arguments of the process")
        try await expectSafePort(run, process)
        for (path, text) in try await run.controlSocket(site.directory.file("spool")) {
            Self.expectNoSecret(text, in: path)
            let isAskedFor = path.hasPrefix("/dead-letters/") || path.hasPrefix("/recordings?")
            if !isAskedFor { Self.expectNoCaller(text, in: path) }
        }
        try await expectSafeCommands(run, site)
        if !given.options.isEmpty { try await expectSafeReload(process, secrets) }
        let first = try await run.end(process)

        site.setStatus("401 Unauthorized")
        let second = try run.start(RunCommand.command)
        try await second.line(containing: "delivery paused until the error is corrected")
        try await expectSafePort(run, second)
        let paused = try await run.end(second)
        try await expectSafeCommands(run, site)

        site.refuseLogins()
        let third = try run.start(RunCommand.command)
        try await third.line(containing: "login refused")
        try await expectSafePort(run, third)
        let refused = try await run.end(third)

        for log in [first, paused, refused] {
            Self.expectNoSecret(log, in: "the log")
            #expect(log.contains("********"), "a secret was sent back, or this proves nothing")
            guard example.level == .info else { continue }
            Self.expectNoCaller(log, in: "the log")
            #expect(log.contains("******0177"), "a caller was sent back, or this proves nothing")
        }
        let isComplete = first.contains(EchoSite.callers[0])
        #expect(isComplete == (example.level == .debug), "DEBUG shows all digits")
    }

    /// Asks for all that the monitoring port shows.
    private func expectSafePort(_ run: Runner, _ process: Subprocess) async throws {
        for (path, text) in try await run.monitoring(of: process) {
            Self.expectNoSecret(text, in: path)
            Self.expectNoCaller(text, in: path)
        }
    }

    /// Runs every command that there is, with all it is configured by.
    private func expectSafeCommands(_ run: Runner, _ site: EchoSite) async throws {
        let calls = site.directory.file("calls.jsonl")
        try FileContents.write(Array(#"{"src":"+14165550177","dst":"101"}"#.utf8), to: calls)
        var shown = ""
        for command in ConnectorProgram.definition.commands where command.name != "run" {
            for line in try command.lines(classifying: calls, exportingTo: site.directory.file("export.jsonl")) {
                let process = try run.start(command, line)
                if command.isEndless {
                    try await process.line(containing: "127.0.0.1")
                    Self.expectNoSecret(try run.commandLine(of: process), in: "the arguments of \(command.name)")
                }
                let text = try await run.end(process, isEndless: command.isEndless)
                let name = (command.words + line).joined(separator: " ")
                Self.expectNoSecret(text, in: name)
                if command.showsCallers { shown += text } else { Self.expectNoCaller(text, in: name) }
            }
        }
        for caller in EchoSite.callers { #expect(shown.contains(caller), "what is asked for is shown") }
        #expect(shown.contains("Bearer ********"))
    }

    /// A configuration that is broken around a secret, read by the process that runs.
    private func expectSafeReload(_ process: Subprocess, _ secrets: MarkedSecrets) async throws {
        let mark = MarkedSecrets.mark("API_KEY")
        let index = process.lines.count
        try FileContents.write(Array("API_KEY=\"\(mark)\n\(mark)\n".utf8), to: secrets.envFile)
        try FileContents.write(Array(#"{"api":{"key":"\#(mark)""#.utf8), to: secrets.configFile)
        process.terminate(SIGHUP)
        try await process.line(containing: "not reloaded", after: index)
        _ = try secrets.give()
    }
}
