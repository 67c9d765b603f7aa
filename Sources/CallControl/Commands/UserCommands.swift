import Basics
package import Daemon
import HTTP

/// The commands about users: they ask the service that runs, else the store itself.
package enum UserCommands {
    package static let all = [add, list, disable, password, importFile]

    private static let username = ArgumentDefinition(name: "NAME", help: "1 to 64 of A-Z a-z 0-9 . _ -")
    private static let json = OptionDefinition.flag("json", "Write the answer as JSON")
    private static let source =
        "On a terminal the password is asked for and not shown; else it is the first line of standard input. It needs "
        + "\(PasswordRules.shortest) characters or more. "
    private static let owner =
        "Run it as the user of the service, or as root while the service runs: the file of users belongs to who makes it."

    private static let add = Command(
        "calls user add",
        summary: "Add a user who may log in",
        discussion: source + owner,
        arguments: [username],
        options: CallsSettings.options + [
            .text("role", "ROLE", "agent, manager, admin or superuser"),
            .text("extension", "NUMBER", "The phone of the user"), .text("name", "TEXT", "What others see"),
            .list("permissions", "NAME", "What an agent may do: make_calls, transfer_calls, record_calls, ... or *"),
            .list("teams", "NUMBER", "An extension that a manager controls"), json,
        ]
    ) { (invocation) async throws(SystemError) in
        guard let role = invocation.string("role") else {
            Terminal.complain("--role is agent, manager, admin or superuser")
            return .usage
        }
        guard let password = try await Thread.run("password", { PasswordPrompt.read() }) else { return .failure }
        let body = object { json in
            json.required("username", invocation.arguments[0])
            json.required("password", password.revealed)
            json.required("role", role)
            json.optional("extension", invocation.string("extension"))
            json.optional("name", invocation.string("name"))
            json.list("permissions", words(invocation.strings("permissions")))
            json.list("teams", words(invocation.strings("teams")))
        }
        return await change(invocation, .post, "/users", body, done: "added")
    }

    private static let list = Command(
        "calls user list",
        summary: "List the users",
        discussion: owner,
        options: CallsSettings.options + [json]
    ) { invocation in
        await withAccess(invocation) { access in
            let answer = try await access.send(.get, "/users")
            if invocation.flag("json") {
                show(answer["users"] ?? .array([]))
                return .success
            }
            var table = TextTable(
                ("NAME", .left),
                ("ROLE", .left),
                ("EXTENSION", .left),
                ("SHOWN AS", .left),
                ("LOGS IN", .left)
            )
            for user in answer["users"]?.elements ?? [] {
                func cell(_ name: String) -> String { user[name]?.string ?? "" }
                let isDisabled = user["disabled"] == .boolean(true)
                table.add(cell("username"), cell("role"), cell("extension"), cell("name"), isDisabled ? "no" : "yes")
            }
            Terminal.write(table.text(width: 200), to: .output)
            return .success
        }
    }

    private static let disable = Command(
        "calls user disable",
        summary: "Let a user log in no more, and end the user's sessions",
        discussion: owner,
        arguments: [username],
        options: CallsSettings.options + [json]
    ) { invocation in
        let body = object { json in
            json.key("disabled")
            json.boolean(true)
        }
        return await change(invocation, .patch, path(invocation), body, done: "disabled")
    }

    private static let password = Command(
        "calls user password",
        summary: "Give a user another password, and end the user's sessions",
        discussion: source + owner,
        arguments: [username],
        options: CallsSettings.options + [json]
    ) { (invocation) async throws(SystemError) in
        guard let password = try await Thread.run("password", { PasswordPrompt.read() }) else { return .failure }
        let body = object { $0.required("password", password.revealed) }
        return await change(invocation, .patch, path(invocation), body, done: "password changed")
    }

    private static let importFile = Command(
        "calls user import",
        summary: "Add users whose passwords are known as hashes",
        discussion:
            "A line is NAME:HASH, as htpasswd -B writes it, or NAME:HASH:ROLE:EXTENSION:TEXT, where TEXT is what others "
            + "see. The hash is yescrypt ($y$) or bcrypt ($2a$, $2b$, $2y$), which is replaced at the next login. Lines "
            + "that begin with # are skipped. Users who are there stay as they are; they and bad lines are listed, and it "
            + "ends with 65. Without a file it ends with 66. " + owner,
        arguments: [ArgumentDefinition(name: "FILE", help: "The file; - for standard input")],
        options: CallsSettings.options + [
            .text("role", "ROLE", default: "agent", "The role of users whose lines have none"),
            .list("permissions", "NAME", "What the users may do, as for user add"),
        ],
        run: importFile
    )

    private static func importFile(_ invocation: Invocation) async throws(SystemError) -> ExitCode {
        let name = invocation.arguments[0]
        let path = name == "-" ? "/dev/stdin" : name
        let read = try await Thread.run("read") {
            Result { () throws(SystemError) in try FileContents.read(path, limit: 4 << 20, from: .fileOrPipe) }
        }
        guard case .success(let file) = read else {
            if case .failure(let error) = read { Terminal.complain("\(error)") }
            return .noInput
        }
        return await withAccess(invocation) { access in
            var (added, rejected) = (0, 0)
            for (line, user) in ImportedUser.users(in: file) {
                do {
                    try await add(user, invocation, access)
                    added += 1
                } catch let error as UserAccess.Refusal {
                    rejected += 1
                    Terminal.write("line \(line): \(error)\n", to: .errors)
                }
            }
            Terminal.write("\(added) added, \(rejected) rejected\n", to: .output)
            return rejected == 0 ? .success : .badData
        }
    }
}

extension UserCommands {
    private static func add(
        _ user: ImportedUser?,
        _ invocation: Invocation,
        _ access: UserAccess
    ) async throws {
        guard let user else { throw UserAccess.Refusal(status: 400, reason: "there is no colon") }
        let body = object { json in
            json.required("username", user.username)
            json.required("hash", user.hash)
            json.required("role", user.role ?? invocation.string("role") ?? "agent")
            json.optional("extension", user.phone)
            json.optional("name", user.name)
            json.list("permissions", words(invocation.strings("permissions")))
        }
        _ = try await access.send(.post, "/users", body)
    }

    /// Sends a change, and shows the user as it is then.
    private static func change(
        _ invocation: Invocation,
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: [UInt8],
        done: String
    ) async -> ExitCode {
        await withAccess(invocation) { access in
            let answer = try await access.send(method, path, body)
            if invocation.flag("json") {
                show(answer["user"] ?? .null)
            } else {
                Terminal.write("\(invocation.arguments[0]): \(done)\n", to: .output)
            }
            return .success
        }
    }

    /// Loads the settings, connects, and shows what fails.
    private static func withAccess(
        _ invocation: Invocation,
        _ body: (UserAccess) async throws -> ExitCode
    ) async -> ExitCode {
        guard let configuration = CallsSettings.store(invocation) else { return .configuration }
        do {
            let access = try await UserAccess(configuration)
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
            if error is UserAccess.Refusal { return .failure }
            if case .locked? = error as? CallsStoreError { return .temporaryFailure }
            return .unavailable
        }
    }

    /// The user in the path; a name that nobody can have is one that nobody has.
    private static func path(_ invocation: Invocation) -> String {
        let name = invocation.arguments[0]
        return "/users/\(Account.isUsername(name) ? name : "-")"
    }

    /// Options may be repeated, and each may have several words with commas between them.
    private static func words(_ values: [String]) -> [String] {
        values.flatMap { $0.split(separator: ",") }.map { String($0).trimmingBlanks }.filter { !$0.isEmpty }
    }

    private static func show(_ value: JSONValue) {
        var json = JSONWriter()
        json.value(value)
        Terminal.write(json.text + "\n", to: .output)
    }

    private static func object(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        members(&json)
        json.endObject()
        return json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func list(_ name: StaticString, _ values: [String]) {
        guard !values.isEmpty else { return }
        key(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }
}
