import Basics
import Daemon
import HTTP

/// `callerid list`: all pages of a list.
enum NumberList {
    static func show(_ invocation: Invocation, _ filter: [(String, String)]) async -> ExitCode {
        await NumberCommands.withAccess(invocation) { access in
            var table = TextTable(
                ("NUMBER", .left),
                ("AREA", .left),
                ("CARRIER", .left),
                ("POOL", .left),
                ("TRUNK", .left),
                ("HOURLY", .right),
                ("DAILY", .right),
                ("IN USE", .left),
                ("LAST USED", .left)
            )
            var json = JSONWriter()
            json.beginArray()
            var after = "0"
            while true {
                let page = filter + [("limit", "1000"), ("after", after)]
                let (status, body) = try await access.send(.get, "/api/numbers", page)
                let answer = try? JSONParser.parse(body[...])
                guard status == 200, let items = answer?["items"]?.elements else {
                    Terminal.complain(answer?["detail"]?.string ?? "the service answered \(status)")
                    return .failure
                }
                for item in items {
                    func cell(_ name: String) -> String { item[name]?.plainText ?? "" }
                    table.add(
                        cell("caller_id"),
                        cell("area_code"),
                        cell("carrier"),
                        cell("pool"),
                        cell("trunk"),
                        cell("hourly_limit"),
                        cell("daily_limit"),
                        item["is_active"]?.integer == 1 ? "yes" : "no",
                        cell("last_used")
                    )
                    json.value(item)
                }
                guard let next = answer?["next"]?.string else { break }
                after = next
            }
            json.endArray()
            Terminal.write(invocation.flag("json") ? json.text + "\n" : table.text(width: 200), to: .output)
            return .success
        }
    }
}
