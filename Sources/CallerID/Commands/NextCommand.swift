import Basics
import Daemon
import HTTP

/// `callerid next`: asks as a dialler does, or explains what it would get.
enum NextCommand {
    static let command = Command(
        "callerid next",
        summary: "Ask for a caller ID, as a dialler does",
        discussion:
            "The number is reserved, and counts. With --dry-run nothing is, and each step of the search is shown: how "
            + "many numbers it has, how many of them are free, and which one it would give.",
        arguments: [
            ArgumentDefinition(name: "TO", help: "The number to call"),
            ArgumentDefinition(name: "CAMPAIGN", help: "The campaign"),
            ArgumentDefinition(name: "AGENT", help: "The agent"),
        ],
        options: [
            CallerIDSettings.option, NumberCommands.json,
            .flag("dry-run", "Explain the choice, and change nothing"),
        ]
    ) { invocation in
        let fields = zip(["to", "campaign", "agent"], invocation.arguments).map { ($0, $1) }
        guard invocation.flag("dry-run"), !invocation.flag("json") else {
            let path = invocation.flag("dry-run") ? "/api/explain" : "/next-cid"
            return await NumberCommands.ask(invocation, .get, path, fields)
        }
        return await NumberCommands.withAccess(invocation) { access in
            let (status, body) = try await access.send(.get, "/api/explain", fields)
            let answer = try? JSONParser.parse(body[...])
            guard status == 200, let answer else {
                Terminal.complain(answer?["detail"]?.string ?? "the service answered \(status)")
                return .failure
            }
            Terminal.write(text(of: answer), to: .output)
            return .success
        }
    }

    private static let names = [
        "pool_area": "the campaign's pool, the area code", "pool": "the campaign's pool", "area": "the area code",
        "any": "all without a pool",
    ]

    private static func text(of answer: JSONValue) -> String {
        var table = TextTable(
            ("STEP", .left),
            ("AREA", .left),
            ("NUMBERS", .right),
            ("FREE", .right),
            ("RESERVED", .right),
            ("USED UP", .right),
            ("INACTIVE", .right),
            ("NEXT", .left)
        )
        for step in answer["tiers"]?.elements ?? [] {
            func cell(_ name: String) -> String { step[name]?.plainText ?? "" }
            table.add(
                names[cell("tier")] ?? cell("tier"),
                cell("area_code"),
                cell("numbers"),
                cell("free"),
                cell("reserved"),
                cell("used_up"),
                cell("inactive"),
                cell("caller_id")
            )
        }
        return table.text(width: 200) + verdict(answer) + "\n"
    }

    private static let reasons = [
        "rate": "the agent asked too often", "empty": "there is no number for this campaign",
        "inactive": "all numbers are out of use", "reserved": "the first to be free is reserved",
        "quota": "the first to be free has reached its limit",
        "area": "there is none in the area code, and AREA_CODE_STRICT is true",
    ]

    private static func verdict(_ answer: JSONValue) -> String {
        let reason = answer["reason"]?.string
        guard let number = answer["caller_id"]?.string else {
            let wait = answer["retry_after"]?.integer.map { "; again in \($0) s at the earliest" } ?? ""
            return "No number: \(reasons[reason ?? ""] ?? "unknown")\(wait)"
        }
        if reason == "shared" { return "\(number), which another call has too (SHARE_WHEN_EMPTY)" }
        return "\(number), from \(names[answer["tier"]?.string ?? ""] ?? "the same request before")"
    }
}
