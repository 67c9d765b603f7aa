import Basics

/// What the scripts read and write, as text.
enum RedisText {
    /// The policy, in one argument.
    static func policy(_ policy: SelectionPolicy) -> String {
        let limits = "\(policy.hourlyLimit) \(policy.dailyLimit)"
        let switches = "\(policy.isAreaCodeStrict ? 1 : 0) \(policy.sharesWhenEmpty ? 1 : 0)"
        return "\(max(policy.reservationSeconds, 0)) \(max(policy.requestsPerMinute, 0)) \(limits) \(switches)"
    }

    /// A part of a key or of a list, without the characters that separate them: `%3A` for a colon.
    static func escaped(_ part: String) -> String {
        guard part.utf8.contains(where: isSpecial) else { return part }
        var bytes: [UInt8] = []
        for byte in part.utf8 {
            if isSpecial(byte) {
                bytes.append(UInt8(ascii: "%"))
                bytes += ASCII.hexadecimal([byte]).map { $0 > UInt8(ascii: "9") ? $0 & 0xdf : $0 }
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<32, 127, UInt8(ascii: "%"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "|"): true
        default: false
        }
    }

    static func unescaped(_ part: some StringProtocol) -> String {
        let bytes = Array(part.utf8)
        guard bytes.contains(UInt8(ascii: "%")) else { return String(part) }
        return bytes[...].percentDecoded(plusIsBlank: false)
    }

    /// The scopes in which a number takes part, as the names of keys, separated by commas.
    static func scopes(of number: CallerNumber) -> String {
        guard number.places.isEmpty else {
            var names: [String] = []
            for name in number.places.flatMap(scopes(at:)) where !names.contains(name) { names.append(name) }
            return names.joined(separator: ",")
        }
        let pool = "ready:" + escaped(number.pool)
        return number.areaCode.isEmpty ? pool : "\(pool),\(pool):\(number.areaCode)"
    }

    private static func scopes(at place: TrunkPlace) -> [String] {
        let (trunk, route, type) = (escaped(place.trunk), escaped(place.route), escaped(place.callType))
        guard !place.isDefault else { return ["trunk:\(trunk):default"] }
        var scopes = ["trunk:\(trunk)::"]
        if !route.isEmpty { scopes.append("trunk:\(trunk):\(route):") }
        if !route.isEmpty, !type.isEmpty { scopes.append("trunk:\(trunk):\(route):\(type)") }
        return scopes
    }

    /// The trunks and routes of places; a look-up needs no more of them.
    static func places(_ places: [TrunkPlace]) -> String {
        places.map { "\(escaped($0.trunk)):\(escaped($0.route))" }.joined(separator: ",")
    }

    /// The route of the place that fits a look-up best, as in `SelectionState`.
    static func route(_ places: String, trunk: String, route: String) -> String {
        let routes = places.split(separator: ",").compactMap { place -> String? in
            let parts = place.split(separator: ":", omittingEmptySubsequences: false).map(unescaped)
            return parts.first == trunk ? parts.last : nil
        }
        return routes.contains(route) ? route : routes.first ?? ""
    }

    /// The part of a reservation's JSON that the decision does not change.
    static func reservation(_ request: SelectionRequest) -> [UInt8] {
        reservation(agent: request.agent, campaign: request.campaign, destination: request.destination.digits)
    }

    static func reservation(agent: String, campaign: String, destination: String) -> [UInt8] {
        var json = JSONWriter(capacity: 128)
        json.beginObject()
        json.required("agent", agent)
        json.required("campaign", campaign)
        json.required("destination", destination)
        json.endObject()
        return json.bytes
    }
}

/// The hours around a time, as the scripts read them: the clock of Redis chooses the one it is in.
struct QuotaHours: Sendable {
    private let current: QuotaWindow
    let text: String

    /// The seconds before and after, by which the clocks may differ.
    private static let margin: Int64 = 3600

    init(at seconds: Int64, zone: TimeZoneRules?) {
        current = QuotaWindow(at: seconds, zone: zone)
        var windows = [current]
        var next = QuotaWindow(at: seconds - Self.margin, zone: zone)
        while next.hour <= seconds + Self.margin, windows.count < 12 {
            if next != current { windows.append(next) }
            next = QuotaWindow(at: next.hourEnd, zone: zone)
        }
        text = windows.map { "\($0.hour) \($0.day) \($0.hourEnd) \($0.dayEnd)" }.joined(separator: ";")
    }

    func contains(_ seconds: Int64) -> Bool { current.contains(seconds) }
}
