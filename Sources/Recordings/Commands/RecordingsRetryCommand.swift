import Basics
package import Daemon
import Delivery
import Spool

/// `recordings retry`: queues parked recordings for their upload again.
package enum RecordingsRetryCommand {
    package static let command = Command(
        "recordings retry",
        summary: "Upload recordings again that were given up",
        discussion: "They wait with the others, and their failed attempts are forgotten. Ends with 1 when one of "
            + "them is not there or is not parked.",
        arguments: [OperatorCommand.ids],
        options: [.flag("all", "All there are"), OperatorCommand.json] + OptionDefinition.configuration,
        run: run
    )

    private static func run(_ invocation: Invocation) async -> ExitCode {
        let words = invocation.arguments
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == words.count, numbers.allSatisfy({ $0 >= 0 }), words.isEmpty == invocation.flag("all")
        else {
            Terminal.complain(
                "give the whole numbers that 'asterisk-connector recordings list' shows, or --all instead of them"
            )
            return .usage
        }
        return await OperatorCommand.run(invocation) { (admin) throws(AdminError) in
            let all = invocation.flag("all")
            let chosen = all ? try await AdminList.recordings([.parked], of: admin).ids : numbers
            return try await retry(chosen, of: admin, asJSON: invocation.flag("json"))
        }
    }

    /// Retries page by page and shows each page; each number counts once.
    private static func retry(
        _ numbers: [Int],
        of admin: AdminAccess,
        asJSON: Bool
    ) async throws(AdminError) -> ExitCode {
        var known: Set<Int> = []
        var rest = numbers.filter { known.insert($0).inserted }[...]
        var answers: [JSONValue] = []
        while !rest.isEmpty {
            let page = try await admin.json(.retryRecordings(Array(rest.prefix(AdminRequest.largestPage))))
            let elements = page["recordings"]?.elements ?? []
            if !asJSON { show(elements) }
            answers += elements
            rest = rest.dropFirst(AdminRequest.largestPage)
        }
        let count = answers.count(where: isRetried)
        if asJSON {
            OperatorCommand.show(.object([.init(name: "recordings", value: .array(answers))]))
        } else {
            Terminal.write(RecordingsText.retried(count), to: .output)
        }
        return count == known.count ? .success : .failure
    }

    private static func show(_ answers: [JSONValue]) {
        for answer in answers {
            let text = RecordingsText.retried(answer)
            if isRetried(answer) { Terminal.write(text + "\n", to: .output) } else { Terminal.complain(text) }
        }
    }

    private static func isRetried(_ answer: JSONValue) -> Bool { answer["retried"] == .boolean(true) }
}
