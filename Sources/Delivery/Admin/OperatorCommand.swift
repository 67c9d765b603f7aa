package import Basics
package import Daemon
package import Spool

/// The common parts of the commands for operators: they send a request to the admin API and show its answer.
package enum OperatorCommand {
    /// A sentence for the help of these commands.
    package static let asks = "Asks the running connector, or opens the spool itself when none runs."
    /// The argument for numbers from a list.
    package static let ids = ArgumentDefinition(
        name: "ID",
        help: "Numbers from the list",
        isRequired: false,
        isRepeated: true
    )
    /// The option for output in JSON.
    package static let json = OptionDefinition.flag("json", "Show it as JSON")
    /// The option for the length of a list.
    package static let limit = OptionDefinition.integer("limit", "N", 1...1_000_000, default: 100, "The most to show")
    /// The option for a complete list.
    package static let all = OptionDefinition.flag("all", "Show all, however many there are")

    /// Connects to the admin API, runs `body`, and shows errors on standard error.
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

    /// Connects to the admin API of a spool, runs `body`, and closes the connection.
    package static func ask<Answer: Sendable>(
        _ settings: SpoolConfiguration,
        _ body: (AdminAccess) async throws(AdminError) -> Answer
    ) async throws(AdminError) -> Answer {
        let admin = try await AdminAccess(settings, log: Logger("spool", sink: LogSink(level: .warning)))
        let outcome = await Self.outcome { () throws(AdminError) in try await body(admin) }
        await admin.close()
        return try outcome.get()
    }

    /// Shows a list from the admin API, following `--all`, `--limit` and `--json`.
    ///
    /// - Parameters:
    ///   - fetch: reads at most `limit` entries.
    ///   - text: formats the list for a terminal.
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

    /// Writes an answer of the admin API to standard output, unchanged.
    package static func show(_ json: [UInt8]) {
        Terminal.write(String(decoding: json, as: UTF8.self) + "\n", to: .output)
    }

    /// Writes JSON to standard output.
    package static func show(_ value: JSONValue) {
        var json = JSONWriter()
        json.value(value)
        show(json.bytes)
    }
}
