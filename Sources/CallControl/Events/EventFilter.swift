import Basics
import HTTP

/// The events that a client asks for, among those that it may see.
struct EventFilter: Sendable, Equatable {
    /// A set of events: all, those of an extension, of a queue, or of a call.
    enum Room: Sendable, Hashable, CustomStringConvertible {
        case all
        case `extension`([UInt8])
        case queue([UInt8])
        case call([UInt8])

        /// `nil` for what names no room.
        init?(_ text: String) {
            if text == "all" {
                self = .all
                return
            }
            guard let colon = text.firstIndex(of: ":") else { return nil }
            let name = Array(text[text.index(after: colon)...].utf8)
            guard 1...255 ~= name.count else { return nil }
            switch text[..<colon] {
            case "extension": self = .extension(name)
            case "queue": self = .queue(name)
            case "call": self = .call(name)
            default: return nil
            }
        }

        var description: String {
            switch self {
            case .all: "all"
            case .extension(let name): "extension:" + name[...].text
            case .queue(let name): "queue:" + name[...].text
            case .call(let id): "call:" + id[...].text
            }
        }

        func contains(_ event: PushedEvent, _ audience: EventAudience) -> Bool {
            switch self {
            case .all: true
            case .extension(let name): audience.extensions.contains(name)
            case .queue(let name): event.type.hasPrefix("queue:") && audience.object == name
            case .call(let id):
                (event.type.hasPrefix("call:") || event.type.hasPrefix("transfer:")) && audience.object == id
            }
        }
    }

    /// Names of types, such as `call:ended`, or of all of a kind, such as `call`; empty for all.
    var types: Set<String> = []
    /// Events in none of them are left out.
    var rooms: Set<Room> = [.all] {
        didSet { hasAll = rooms.contains(.all) }
    }
    private var hasAll = true

    /// The most types or rooms of a client.
    static let most = 100

    init() {}

    /// Reads comma-separated lists; no rooms are all.
    ///
    /// - Throws: `RequestFailure` (400) for a room that is none, and for too many.
    init(types: String?, rooms: String?) throws(RequestFailure) {
        self.types = Set((types ?? "").split(separator: ",").map { String($0) })
        guard self.types.count <= Self.most else { throw Self.tooMany("types") }
        let names = (rooms ?? "").split(separator: ",").map { String($0) }
        if !names.isEmpty { self.rooms = try Self.rooms(names) }
        hasAll = self.rooms.contains(.all)
    }

    /// Reads the names of rooms.
    ///
    /// - Throws: `RequestFailure` (400) for a room that is none, and for too many.
    static func rooms(_ names: [String]) throws(RequestFailure) -> Set<Room> {
        guard names.count <= most else { throw tooMany("rooms") }
        var rooms: Set<Room> = []
        for name in names {
            guard let room = Room(name) else {
                throw RequestFailure(
                    .badRequest,
                    "rooms: '\(name.prefix(40))' is no room; use all, extension:EXT, queue:NAME or call:ID"
                )
            }
            rooms.insert(room)
        }
        return rooms
    }

    static func tooMany(_ what: String) -> RequestFailure {
        RequestFailure(.badRequest, "\(what): at most \(most)")
    }

    func includes(_ event: PushedEvent, _ audience: EventAudience) -> Bool {
        // Every client must learn that it missed something.
        if audience.scope == .all { return true }
        let isType =
            types.isEmpty || types.contains(event.type)
            || event.type.firstIndex(of: ":").map { types.contains(String(event.type[..<$0])) } ?? false
        return isType && (hasAll || rooms.contains { $0.contains(event, audience) })
    }
}
