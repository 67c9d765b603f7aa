import HTTP

/// The fields of a number as a client gives them.
struct NumberFields {
    let parameters: RequestParameters

    init(_ parameters: RequestParameters) { self.parameters = parameters }

    /// A new number.
    ///
    /// - Throws: `RequestFailure` with the status 400.
    func record() throws(RequestFailure) -> NumberRecord {
        guard let number = parameters["caller_id"].flatMap(Digits.init(callerID:)) else {
            throw RequestFailure(.badRequest, "Invalid caller-ID format")
        }
        var record = NumberRecord(number: number)
        record.areaCode = number.ownAreaCode
        return try changing(record)
    }

    /// A number with the given fields changed; its digits stay.
    ///
    /// - Throws: `RequestFailure` with the status 400.
    func changing(_ record: NumberRecord) throws(RequestFailure) -> NumberRecord {
        var record = record
        if let text = parameters["area_code"], !text.isEmpty {
            guard let area = Digits(text), (1...6).contains(area.count) else {
                throw RequestFailure(.badRequest, "area_code has 1 to 6 digits")
            }
            record.areaCode = area
        }
        if let carrier = try text("carrier") { record.carrier = carrier }
        if let pool = try text("pool") { record.pool = pool }
        if let route = try text("route_number") { record.route = route }
        if let trunk = parameters["trunk"] {
            guard trunk.isEmpty || TrunkName.isValid(trunk) else {
                throw RequestFailure(.badRequest, "trunk has 1 to 64 of A-Z a-z 0-9 _ - .")
            }
            record.trunk = trunk
        }
        if let type = parameters["call_type"] {
            guard ["", "auto", "manual"].contains(type) else {
                throw RequestFailure(.badRequest, "call_type is auto, manual or empty")
            }
            record.callType = type
        }
        if parameters["hourly_limit"] != nil { record.hourlyLimit = try limit("hourly_limit") }
        if parameters["daily_limit"] != nil { record.dailyLimit = try limit("daily_limit") }
        if let isActive = try flag("is_active") { record.isActive = isActive }
        if let isDefault = try flag("is_default") { record.isDefault = isDefault }
        return record
    }

    private func text(_ name: String) throws(RequestFailure) -> String? {
        guard let text = parameters[name] else { return nil }
        guard text.utf8.count <= 100, text.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
            throw RequestFailure(.badRequest, "\(name) has at most 100 bytes and no control characters")
        }
        return text
    }

    /// `nil` for an empty value: the default counts.
    private func limit(_ name: String) throws(RequestFailure) -> Int32? {
        guard let text = parameters[name], !text.isEmpty else { return nil }
        guard let limit = Int32(text), limit >= -1 else {
            throw RequestFailure(.badRequest, "\(name) is -1 for no limit, or a whole number from 0 on")
        }
        return limit
    }

    private func flag(_ name: String) throws(RequestFailure) -> Bool? {
        try RequestFlag.value(of: name, parameters[name])
    }
}

/// The name of a trunk.
enum TrunkName {
    /// Whether `name` has 1 to 64 of `A-Z a-z 0-9 _ - .`.
    static func isValid(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "_-.".utf8.contains(byte)
                }
            }
    }
}
