import Basics
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
        if let area = try checked("area_code", NumberRules.areaCode) ?? nil { record.areaCode = area }
        if let carrier = try checked("carrier", NumberRules.text) { record.carrier = carrier }
        if let pool = try checked("pool", NumberRules.text) { record.pool = pool }
        if let route = try checked("route_number", NumberRules.text) { record.route = route }
        if let trunk = try checked("trunk", NumberRules.trunk) { record.trunk = trunk }
        if let type = try checked("call_type", NumberRules.callType) { record.callType = type }
        if let limit = try checked("hourly_limit", NumberRules.limit) { record.hourlyLimit = limit }
        if let limit = try checked("daily_limit", NumberRules.limit) { record.dailyLimit = limit }
        if let isActive = try checked("is_active", NumberRules.flag) ?? nil { record.isActive = isActive }
        if let isDefault = try checked("is_default", NumberRules.flag) ?? nil { record.isDefault = isDefault }
        return record
    }

    /// The value of a field by the rule of files too; `nil` when it is not given.
    private func checked<Value>(
        _ name: String,
        _ rule: (Bytes) throws(NumberRules.Violation) -> Value
    ) throws(RequestFailure) -> Value? {
        guard let text = parameters[name] else { return nil }
        do throws(NumberRules.Violation) {
            return try rule(NumberCSV.trimmed(Array(text.utf8)[...]))
        } catch {
            throw RequestFailure(.badRequest, "\(name): \(error.reason)")
        }
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
