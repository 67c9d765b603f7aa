import Basics
import Daemon
import HTTP

/// Files of numbers in and out, and tokens.
enum TransferCommands {
    static let all = [importFile, export, sample, token]

    private static let importFile = Command(
        "callerid import",
        summary: "Add the numbers of a CSV file",
        discussion:
            "The columns are caller_id, carrier, area_code, hourly_limit, daily_limit, pool, trunk, route_number, call_type "
            + "and is_active, in any order; only the first is required. Bad rows are left out and listed. It ends with 65 "
            + "when there are any, and with 66 without a file. --url sends the file to a service elsewhere, with the "
            + "token in ADMIN_TOKEN or ADMIN_TOKEN_FILE.",
        arguments: [ArgumentDefinition(name: "FILE", help: "The file; - for standard input")],
        options: [
            CallerIDSettings.option, NumberCommands.json,
            .text("mode", "MODE", default: "skip", "What happens to numbers that are there: skip, update or replace"),
            .flag("strict", "Change nothing when there is a bad row"),
            .flag("dry-run", "Say what would happen, and change nothing"),
            .flag("force", "Let replace take away all numbers, or many"),
            .text("url", "URL", "Send the file to this service, such as https://pbx.example.com"),
        ],
        run: importFile
    )

    private static func importFile(_ invocation: Invocation) async -> ExitCode {
        let name = invocation.arguments[0]
        let file: [UInt8]
        do {
            let path = name == "-" ? "/dev/stdin" : name
            file = try await Thread.run("read") {
                Result { () throws(SystemError) in
                    try FileContents.read(path, limit: CallerIDFeature.longestFile, from: .fileOrPipe)
                }
            }.get()
        } catch {
            Terminal.complain("\(error)")
            return .noInput
        }
        var query = [("mode", invocation.string("mode") ?? "skip")]
        for flag in ["strict", "dry-run", "force"] where invocation.flag(flag) {
            query.append((flag == "dry-run" ? "dry_run" : flag, "1"))
        }
        let parameters = query
        return await NumberCommands.withAccess(invocation, url: invocation.string("url")) { access in
            let (status, body) = try await access.send(.post, "/api/import", parameters, file: file)
            let answer = try? JSONParser.parse(body[...])
            if invocation.flag("json") {
                Terminal.write(String(decoding: body, as: UTF8.self) + "\n", to: .output)
            } else {
                show(answer)
            }
            if status != 200 { Terminal.complain(answer?["detail"]?.string ?? "the service answered \(status)") }
            if answer?["rejected"]?.integer ?? 0 > 0 { return .badData }
            return status == 200 ? .success : .failure
        }
    }

    private static func show(_ answer: JSONValue?) {
        for error in answer?["errors"]?.elements ?? [] {
            let value = TerminalText.quoted(error["value"]?.string ?? "")[...].text
            let text = "line \(error["line"]?.integer ?? 0): \(value): \(error["reason"]?.string ?? "")"
            Terminal.write(text + "\n", to: .errors)
        }
        let words = ["read", "added", "updated", "skipped", "removed", "rejected"].compactMap { name in
            answer?[name]?.integer.map { "\($0) \(name)" }
        }
        if !words.isEmpty { Terminal.write(words.joined(separator: ", ") + "\n", to: .output) }
    }

    private static let export = Command(
        "callerid export",
        summary: "Write all numbers as a CSV file, which import reads",
        arguments: [
            ArgumentDefinition(name: "FILE", help: "The file; standard output without it", isRequired: false)
        ],
        options: [CallerIDSettings.option]
    ) { invocation in
        await NumberCommands.withAccess(invocation) { access in
            let (status, body) = try await access.send(.get, "/api/export")
            guard status == 200 else {
                Terminal.complain("the service answered \(status)")
                return .failure
            }
            return try write(body, to: invocation.arguments.first)
        }
    }

    private static let sample = Command(
        "callerid sample",
        summary: "Write a CSV file of invented numbers, to try an import with",
        arguments: [
            ArgumentDefinition(name: "COUNT", help: "How many numbers, at most 1000000"),
            ArgumentDefinition(name: "FILE", help: "The file; standard output without it", isRequired: false),
        ]
    ) { invocation in
        guard let count = Int(invocation.arguments[0]), (0...SampleCSV.limit).contains(count) else {
            Terminal.complain("COUNT is a whole number from 0 to \(SampleCSV.limit)")
            return .usage
        }
        do throws(SystemError) {
            return try write(SampleCSV.bytes(count: count), to: invocation.arguments.dropFirst().first)
        } catch {
            Terminal.complain("\(error)")
            return .failure
        }
    }

    private static func write(_ bytes: [UInt8], to file: String?) throws(SystemError) -> ExitCode {
        guard let file else {
            Terminal.write(String(decoding: bytes, as: UTF8.self), to: .output)
            return .success
        }
        try FileContents.write(bytes, to: file, mode: 0o600)
        return .success
    }

    private static let token = Command(
        "callerid token",
        summary: "Make a token for the HTTP port",
        discussion: "The token is signed with SECRET_KEY and written to standard output.",
        options: [
            CallerIDSettings.option,
            .text("role", "ROLE", default: "viewer", "What it allows: admin, operator, viewer or agent"),
            .text("name", "NAME", "Whose token it is"),
            .integer("minutes", "N", 1...525_600, "How long it is valid (default: ACCESS_TOKEN_EXPIRE_MINUTES)"),
        ]
    ) { invocation in
        guard let configuration = CallerIDSettings.load(invocation)?.configuration else { return .configuration }
        guard let key = JSONWebToken.Key(configuration.secretKey) else {
            Terminal.complain("there are no tokens without SECRET_KEY")
            return .configuration
        }
        guard let role = invocation.string("role").flatMap(TokenRole.init(rawValue:)) else {
            Terminal.complain("--role is admin, operator, viewer or agent")
            return .usage
        }
        let seconds = invocation.integer("minutes").map { $0 * 60 } ?? Int(configuration.tokenLife.components.seconds)
        let token = JSONWebToken(
            subject: invocation.string("name") ?? "",
            role: role,
            expiry: Timestamp.now().adding(seconds: seconds)
        )
        guard let text = token.signed(with: key) else {
            Terminal.complain("the token is too long; choose a shorter --name")
            return .usage
        }
        Terminal.write(text + "\n", to: .output)
        return .success
    }
}
