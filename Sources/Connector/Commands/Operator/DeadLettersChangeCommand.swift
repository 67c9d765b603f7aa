import Basics
import Glibc

/// `dead-letters retry` and `dead-letters drop`.
enum DeadLettersChangeCommand {
    static func run(_ invocation: Invocation) async -> ExitCode {
        let isDrop = invocation.command == .deadLettersDrop
        let words = invocation.arguments
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == words.count, numbers.allSatisfy({ $0 >= 0 }), words.isEmpty == invocation.flag("all")
        else {
            OperatorCommand.complain(
                "give the whole numbers that 'asterisk-connector dead-letters list' shows, or --all instead of them"
            )
            return .usage
        }
        if isDrop, !invocation.flag("yes"), !mayAsk {
            OperatorCommand.complain("this removes dead letters for good; add --yes if that is meant")
            return .usage
        }
        return await OperatorCommand.run(invocation) { (desk) throws(DeskError) in
            var chosen = numbers
            if invocation.flag("all") { chosen = try await DeskList.deadLetters(of: desk).ids }
            if isDrop, !chosen.isEmpty, !invocation.flag("yes"), !isConfirmed(chosen.count) {
                OperatorCommand.complain("nothing was removed")
                return .failure
            }
            let result = try await change(chosen, of: desk, isDrop ? { .drop($0) } : { .retry($0) })
            if invocation.flag("json") {
                OperatorCommand.show(result.json)
            } else {
                Terminal.write(OperatorText.changed(result.changed, result.missing, isDrop: isDrop), to: .output)
            }
            return result.missing.isEmpty ? .success : .failure
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

    /// Changes them a page at a time; each number counts once.
    private static func change(
        _ numbers: [Int],
        of desk: DeskAccess,
        _ request: ([Int]) -> DeskRequest
    ) async throws(DeskError) -> Changes {
        var known: Set<Int> = []
        var rest = numbers.filter { known.insert($0).inserted }[...]
        var changes = Changes()
        while !rest.isEmpty {
            let answer = try await desk.json(request(Array(rest.prefix(DeskRequest.largestPage))))
            changes.changed += answer["changed"]?.integer ?? 0
            changes.missing += answer["missing"]?.elements?.compactMap(\.integer) ?? []
            rest = rest.dropFirst(DeskRequest.largestPage)
        }
        return changes
    }

    private static var mayAsk: Bool { isatty(0) == 1 && Terminal.isInteractive(.errors) }

    private static func isConfirmed(_ count: Int) -> Bool {
        Terminal.write("Remove \(OperatorText.count(count, "dead letter")) for good? Type yes: ", to: .errors)
        return readLine()?.lowercased() == "yes"
    }
}
