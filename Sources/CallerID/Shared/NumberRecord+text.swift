import Basics

extension NumberRecord {
    /// The number as the hash `cid:records` of Redis has it: its fields, escaped, separated by `|`.
    var redisText: String {
        let limits = [dailyLimit, hourlyLimit].map { $0.map { "\($0)" } ?? "" }
        let fields =
            [carrier, areaCode.description] + limits
            + [isActive ? "1" : "0", meta.map { "+" + $0 } ?? "", createdAt, updatedAt, pool, trunk, route, callType]
            + [isDefault ? "1" : "0", otherPlacesText ?? "", withdrawnTrunks.joined(separator: ",")]
        return fields.map(RedisText.escaped).joined(separator: "|")
    }

    /// - Returns: `nil` for anything else than `redisText`.
    init?(_ number: Digits, redisText text: String) {
        let fields = text.split(separator: "|", omittingEmptySubsequences: false).map(RedisText.unescaped)
        guard fields.count == 15, let area = Digits(fields[1]) else { return nil }
        self.init(number: number)
        carrier = fields[0]
        areaCode = area
        dailyLimit = Int32(fields[2])
        hourlyLimit = Int32(fields[3])
        isActive = fields[4] == "1"
        meta = fields[5].hasPrefix("+") ? String(fields[5].dropFirst()) : nil
        createdAt = fields[6]
        updatedAt = fields[7]
        pool = fields[8]
        trunk = fields[9]
        route = fields[10]
        callType = fields[11]
        isDefault = fields[12] == "1"
        otherPlaces = Self.places(from: fields[13])
        withdrawnTrunks = fields[14].split(separator: ",").map { String($0) }
    }

    /// Whether this was changed later than another state of the same number.
    func isNewer(than time: String) -> Bool {
        // The fraction of a second may be missing.
        updatedAt.dropLast() > time.dropLast()
    }
}
