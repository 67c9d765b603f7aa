import Basics

/// A call as an earlier run left it in Redis, which had not ended then.
struct RememberedCall: Sendable, Equatable {
    let id: [UInt8]
    /// Those who had a part in it.
    let extensions: [[UInt8]]
    private let members: [JSONValue.Member]

    /// - Parameter key: without the prefix; `nil` for what is no such call.
    init?(key: String, json: [UInt8]) {
        guard let value = try? JSONParser.parse(json[...]), case .object(let members) = value,
            let id = value["callId"]?.string, key == "call:\(id)", id.hasPrefix("call_"),
            let state = value["state"]?.string, state != "ended"
        else { return nil }
        self.id = Array(id.utf8)
        self.members = members
        extensions = (value["agentExtensions"]?.elements ?? []).compactMap { $0.string.map { Array($0.utf8) } }
    }

    /// Writes it as a call that ended while nobody looked.
    func writeEnded(into json: inout JSONWriter, at now: Timestamp) {
        let changes: [String: JSONValue] = [
            "state": .string("ended"), "endedAt": .integer(Int(now.microseconds / 1000)),
            "hangup": .object([
                JSONValue.Member(name: "cause", value: .integer(0)),
                JSONValue.Member(name: "text", value: .string("lost")),
                JSONValue.Member(name: "by", value: .null),
            ]),
            "channels": .array([]),
        ]
        json.beginObject()
        for member in members {
            json.key(Array(member.name.utf8)[...])
            if member.name == "version", let version = JSONValue.object([member])["version"]?.integer {
                json.integer(min(version, Int(Int32.max)) + 1)
            } else {
                json.value(changes[member.name] ?? member.value)
            }
        }
        json.endObject()
    }
}
