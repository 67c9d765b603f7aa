import Basics
package import Daemon
import Delivery
import Glibc

/// `dead-letters retry` and `dead-letters drop`.
package enum DeadLettersChangeCommand {
    /// `dead-letters retry`.
    package static let retry = Command(
        "dead-letters retry",
        summary: "Send dead letters to the API again",
        discussion: "They wait behind all that waits now. What the API refuses again becomes a dead letter again, "
            + "under a new number.",
        arguments: [OperatorCommand.ids],
        options: [.flag("all", "All there are"), OperatorCommand.json] + OptionDefinition.configuration
    ) { await run($0, isDrop: false) }

    /// `dead-letters drop`.
    package static let drop = Command(
        "dead-letters drop",
        summary: "Remove dead letters for good",
        discussion: "They are counted as dropped, and nothing else is left of them: 'dead-letters export' first "
            + "keeps a copy. Asks on a terminal; elsewhere it needs --yes.",
        arguments: [OperatorCommand.ids],
        options: [.flag("all", "All there are"), .flag("yes", "Do not ask"), OperatorCommand.json]
            + OptionDefinition.configuration
    ) { await run($0, isDrop: true) }

    private static func run(_ invocation: Invocation, isDrop: Bool) async -> ExitCode {
        let words = invocation.arguments
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == words.count, numbers.allSatisfy({ $0 >= 0 }), words.isEmpty == invocation.flag("all")
        else {
            Terminal.complain(
                "give the whole numbers that 'asterisk-connector dead-letters list' shows, or --all instead of them"
            )
            return .usage
        }
        guard isDrop, !invocation.flag("yes") else { return await change(numbers, invocation, isDrop: isDrop) }
        guard isatty(0) == 1, Terminal.isInteractive(.errors) else {
            Terminal.complain("this removes dead letters for good; add --yes if that is meant")
            return .usage
        }
        return await changeWhenConfirmed(numbers, invocation)
    }

    /// Asks for confirmation without holding the spool, then changes exactly the confirmed dead letters.
    private static func changeWhenConfirmed(_ numbers: [Int], _ invocation: Invocation) async -> ExitCode {
        let chosen = Lock(numbers)
        if invocation.flag("all") {
            let code = await OperatorCommand.run(invocation) { (admin) throws(AdminError) in
                let all = try await AdminList.deadLetters(of: admin).ids
                chosen.withLock { $0 = all }
                return .success
            }
            guard code == .success else { return code }
        }
        let confirmed = chosen.withLock { $0 }
        guard confirmed.isEmpty || isConfirmed(Set(confirmed).count) else {
            Terminal.complain("nothing was removed")
            return .failure
        }
        return await change(confirmed, invocation, isDrop: true, choosesAll: false)
    }

    private static func change(
        _ numbers: [Int],
        _ invocation: Invocation,
        isDrop: Bool,
        choosesAll: Bool = true
    ) async -> ExitCode {
        return await OperatorCommand.run(invocation) { (admin) throws(AdminError) in
            let all = choosesAll && invocation.flag("all")
            let chosen = all ? try await AdminList.deadLetters(of: admin).ids : numbers
            let changes = try await changes(of: chosen, by: admin) { isDrop ? .drop($0) : .retry($0) }
            if invocation.flag("json") {
                OperatorCommand.show(changes.json)
            } else {
                Terminal.write(OperatorText.changed(changes.changed, changes.missing, isDrop: isDrop), to: .output)
            }
            return changes.missing.isEmpty ? .success : .failure
        }
    }

    private struct Changes {
        var changed = 0
        var missing: [Int] = []

        var json: JSONValue {
            .object([
                .init(name: "changed", value: .integer(changed)),
                .init(name: "missing", value: .array(missing.map { .integer($0) })),
            ])
        }
    }

    /// Changes dead letters page by page; each number counts once.
    private static func changes(
        of numbers: [Int],
        by admin: AdminAccess,
        _ request: ([Int]) -> AdminRequest
    ) async throws(AdminError) -> Changes {
        var known: Set<Int> = []
        var rest = numbers.filter { known.insert($0).inserted }[...]
        var changes = Changes()
        while !rest.isEmpty {
            let answer = try await admin.json(request(Array(rest.prefix(AdminRequest.largestPage))))
            changes.changed += answer["changed"]?.integer ?? 0
            changes.missing += answer["missing"]?.elements?.compactMap(\.integer) ?? []
            rest = rest.dropFirst(AdminRequest.largestPage)
        }
        return changes
    }

    private static func isConfirmed(_ count: Int) -> Bool {
        Terminal.write("Remove \(OperatorText.count(count, "dead letter")) for good? Type yes: ", to: .errors)
        return readLine()?.lowercased() == "yes"
    }
}
