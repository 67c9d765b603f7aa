package import Basics
package import Daemon
package import Spool

/// What the commands for the operator have in common: they ask the admin API, and show its answer.
package enum OperatorCommand {
    package static let asks = "Asks the connector that runs; when none does, it looks into the spool itself."
    package static let ids = ArgumentDefinition(
        name: "ID",
        help: "Numbers from the list",
        isRequired: false,
        isRepeated: true
    )
    package static let json = OptionDefinition.flag("json", "Show it as JSON")
    package static let limit = OptionDefinition.integer("limit", "N", 1...1_000_000, default: 100, "The most to show")
    package static let all = OptionDefinition.flag("all", "Show all, however many there are")

    /// Finds the admin API, lets `body` ask it, and shows what went wrong.
    package static func run(
        _ invocation: Invocation,
        _ body: (AdminAccess) async throws(AdminError) -> ExitCode
    ) async -> ExitCode {
        let result = invocation.read { $0.load([SpoolConfiguration.settings]) }
        guard let spool = result.configuration else {
            for error in result.shownErrors { Terminal.complain(error) }
            return .configuration
        }
        do throws(AdminError) {
            return try await ask(spool, body)
        } catch {
            Terminal.complain(error.description)
            return error.exitCode
        }
    }

    /// Finds the admin API of a spool, and lets `body` ask it.
    package static func ask<Answer: Sendable>(
        _ settings: SpoolConfiguration,
        _ body: (AdminAccess) async throws(AdminError) -> Answer
    ) async throws(AdminError) -> Answer {
        let admin = try await AdminAccess(settings, log: Logger("spool", sink: LogSink(level: .warning)))
        let outcome = await Self.outcome { () throws(AdminError) in try await body(admin) }
        await admin.close()
        return try outcome.get()
    }

    /// Shows a list of the admin API as `--all`, `--limit` and `--json` say.
    ///
    /// - Parameters:
    ///   - fetch: asks for at most so many entries.
    ///   - text: the list for people.
    package static func list(
        _ invocation: Invocation,
        _ fetch: (AdminAccess, _ limit: Int) async throws(AdminError) -> AdminList,
        text: (AdminList) -> String
    ) async -> ExitCode {
        await run(invocation) { (admin) throws(AdminError) in
            let limit = invocation.flag("all") ? .max : invocation.integer("limit") ?? AdminRequest.largestPage
            let list = try await fetch(admin, limit)
            if invocation.flag("json") {
                show(list.json)
            } else {
                Terminal.write(text(list), to: .output)
            }
            return .success
        }
    }

    private static func outcome<Answer: Sendable>(
        _ body: () async throws(AdminError) -> Answer
    ) async -> Result<Answer, AdminError> {
        do throws(AdminError) { return .success(try await body()) } catch { return .failure(error) }
    }

    /// Shows an answer of the admin API as it came.
    package static func show(_ json: [UInt8]) {
        Terminal.write(String(decoding: json, as: UTF8.self) + "\n", to: .output)
    }

    package static func show(_ value: JSONValue) {
        var json = JSONWriter()
        json.value(value)
        show(json.bytes)
    }
}
