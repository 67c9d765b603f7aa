/// The names of keys and channels, each with what all of them begin with.
struct RedisNames: Sendable {
    /// What is before the colon of an event's type, where Redis has a stream for it.
    enum Kind: String, Sendable, CaseIterable {
        case call, agent, queue, transfer, session, system, ami
    }

    let prefix: String

    var lock: String { prefix + "lock:ami" }
    var lastNumber: String { prefix + "events:seq" }
    var streams: [String] { Kind.allCases.map(stream) }

    func stream(_ kind: Kind) -> String { prefix + "events:" + kind.rawValue }

    func channel(_ kind: Kind) -> String {
        switch kind {
        case .call, .system: prefix + "call:events"
        case .agent: prefix + "agent:status"
        case .queue: prefix + "queue:activity"
        case .transfer: prefix + "transfer:updates"
        case .session: prefix + "session:changes"
        case .ami: prefix + "ami:events"
        }
    }

    /// The kind of an event by its type; `nil` for one that Redis does not get, such as the second name of another one.
    static func kind(ofType type: String) -> Kind? {
        type.firstIndex(of: ":").flatMap { Kind(rawValue: String(type[..<$0])) }
    }
}
