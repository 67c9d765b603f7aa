import Basics
import Daemon
import HTTP

/// The commands about numbers: they ask the service that runs, else the store itself.
enum NumberCommands {
    static let all = [add, remove, enable, disable, list, show, release, NextCommand.command, stats]

    static let number = ArgumentDefinition(name: "NUMBER", help: "A caller ID, such as 2125551234")
    static let json = OptionDefinition.flag("json", "Write the answer as JSON")

    private static let add = Command(
        "callerid add",
        summary: "Add a number that calls may show",
        arguments: [number],
        options: [
            CallerIDSettings.option, json, .text("carrier", "NAME", "Whose number it is"),
            .text("area-code", "CODE", "1 to 6 digits; else the first three of ten"),
            .text("hourly-limit", "N", "Uses in a clock hour; -1: no limit"),
            .text("daily-limit", "N", "Uses in a calendar day; -1: no limit"),
            .text("pool", "NAME", "The campaign that alone may use it"),
            .text("trunk", "NAME", "The trunk that shows it, which takes it out of rotation"),
            .text("route", "N", "The route of the trunk"),
        ]
    ) { invocation in
        let names = [
            ("carrier", "carrier"), ("area-code", "area_code"), ("hourly-limit", "hourly_limit"),
            ("daily-limit", "daily_limit"), ("pool", "pool"), ("trunk", "trunk"), ("route", "route_number"),
        ]
        let fields = names.compactMap { option, field in invocation.string(option).map { (field, $0) } }
        let all = [("caller_id", invocation.arguments[0])] + fields
        return await ask(invocation, .post, "/add-number", all)
    }

    private static let remove = Command(
        "callerid remove",
        summary: "Remove a number",
        discussion: "Its reservation, if any, still ends by time.",
        arguments: [number],
        options: [CallerIDSettings.option, json]
    ) { invocation in
        await ask(invocation, .delete, "/api/numbers/\(digits(invocation))", [], done: "removed")
    }

    private static let enable = Command(
        "callerid enable",
        summary: "Take a number back into use",
        arguments: [number],
        options: [CallerIDSettings.option, json]
    ) { invocation in
        await ask(invocation, .patch, "/api/numbers/\(digits(invocation))", [("is_active", "1")], done: "in use")
    }

    private static let disable = Command(
        "callerid disable",
        summary: "Take a number out of use, and keep it in the list",
        arguments: [number],
        options: [CallerIDSettings.option, json]
    ) { invocation in
        await ask(invocation, .patch, "/api/numbers/\(digits(invocation))", [("is_active", "0")], done: "out of use")
    }

    private static let list = Command(
        "callerid list",
        summary: "List the numbers",
        options: [
            CallerIDSettings.option, json, .text("area-code", "CODE", "Only those of an area code"),
            .text("pool", "NAME", "Only those of a campaign"),
        ]
    ) { invocation in
        let names = [("area-code", "area_code"), ("pool", "pool")]
        let filter = names.compactMap { option, field in invocation.string(option).map { (field, $0) } }
        return await NumberList.show(invocation, filter)
    }

    private static let show = Command(
        "callerid show",
        summary: "Show a number: its limits and uses, who has it, when it is free",
        arguments: [number],
        options: [CallerIDSettings.option, json]
    ) { invocation in
        await ask(invocation, .get, "/api/numbers/\(digits(invocation))")
    }

    private static let release = Command(
        "callerid release",
        summary: "End the reservation of a number",
        arguments: [number],
        options: [CallerIDSettings.option, json]
    ) { invocation in
        await ask(invocation, .delete, "/api/reservation/\(digits(invocation))")
    }

    private static let stats = Command(
        "callerid stats",
        summary: "Show how many numbers there are, and how many are reserved",
        options: [CallerIDSettings.option, json]
    ) { invocation in
        await ask(invocation, .get, "/api/stats")
    }

    /// The digits of the number on the command line; what is none is refused by the service.
    private static func digits(_ invocation: Invocation) -> String {
        Digits(callerID: invocation.arguments[0])?.description ?? "-"
    }

    /// Asks and shows the answer, as text or, with `--json`, as it is.
    ///
    /// - Parameter done: shown behind the number instead of a row.
    static func ask(
        _ invocation: Invocation,
        _ method: HTTPRequest.Method,
        _ path: String,
        _ parameters: [(String, String)] = [],
        done: String? = nil
    ) async -> ExitCode {
        await withAccess(invocation) { access in
            let (status, body) = try await access.send(method, path, parameters)
            let answer = try? JSONParser.parse(body[...])
            guard status == 200 else {
                Terminal.complain(answer?["detail"]?.string ?? "the service answered \(status)")
                return .failure
            }
            if invocation.flag("json") {
                Terminal.write(String(decoding: body, as: UTF8.self) + "\n", to: .output)
            } else if let done {
                Terminal.write("\(answer?["caller_id"]?.string ?? "number"): \(done)\n", to: .output)
            } else {
                Terminal.write(text(of: answer), to: .output)
            }
            return .success
        }
    }

    /// The sentence of an answer, or its members, one a line.
    private static func text(of answer: JSONValue?) -> String {
        if let message = answer?["message"]?.string { return message + "\n" }
        let members = (answer?.members ?? []).flatMap { member in
            // The members of an object stand among the others.
            member.value.members ?? [member]
        }.filter { $0.name != "success" }
        let width = members.map(\.name.count).max() ?? 0
        return members.map { member in
            let blanks = String(repeating: " ", count: width - member.name.count + 2)
            return "\(member.name)\(blanks)\(member.value.plainText)\n"
        }.joined()
    }

    /// Loads the settings, connects, and shows what fails.
    ///
    /// - Parameter url: of a service elsewhere, which is asked with the token of administrators; `nil` for this machine.
    static func withAccess(
        _ invocation: Invocation,
        url: String? = nil,
        _ body: (CallerIDAccess) async throws -> ExitCode
    ) async -> ExitCode {
        guard let configuration = CallerIDSettings.load(invocation)?.configuration else { return .configuration }
        let remote = url.flatMap { RemoteService($0) }
        if url != nil {
            guard let remote else {
                Terminal.complain("--url is the address of a service, such as https://pbx.example.com")
                return .usage
            }
            guard !configuration.adminToken.revealed.isEmpty else {
                Terminal.complain("--url needs the service's token in ADMIN_TOKEN or ADMIN_TOKEN_FILE")
                return .configuration
            }
            if let warning = remote.warning { Terminal.complain("warning: \(warning)") }
        }
        do {
            let access =
                if let remote {
                    try CallerIDAccess(remote, token: configuration.adminToken)
                } else {
                    try await CallerIDAccess(configuration)
                }
            do {
                let code = try await body(access)
                await access.close()
                return code
            } catch {
                await access.close()
                throw error
            }
        } catch {
            Terminal.complain("\(error)")
            if case .locked? = error as? CallerIDStoreError { return .temporaryFailure }
            return .unavailable
        }
    }
}

extension JSONValue {
    /// The value as a person reads it: a text without quotes, nothing for null.
    var plainText: String {
        switch self {
        case .null: ""
        case .boolean(let value): value ? "yes" : "no"
        case .integer(let value): String(value)
        case .number(let value): "\(value)"
        case .string(let value): value
        case .array, .object:
            {
                var json = JSONWriter()
                json.value(self)
                return json.text
            }()
        }
    }
}
