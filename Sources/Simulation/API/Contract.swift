import Basics
import HTTP

/// The contract of the API for requests of records.
struct Contract: Sendable {
    /// A violation of the contract, and the status of its answer.
    struct Violation: Error, Equatable {
        var status = 400
        let reason: String

        init(_ reason: String, status: Int = 400) {
            self.reason = reason
            self.status = status
        }
    }

    /// The API key that every request must have; `nil` accepts any.
    let token: Secret?

    /// The most bytes of a body after decompression.
    static let maximumBodySize = 64 << 20

    /// Checks the headers; returns the idempotency key without its quotes.
    func check(_ headers: HTTPHeaders) throws(Violation) -> String {
        try checkSender(headers)
        let contentType = (headers["Content-Type"] ?? "").prefix { $0 != ";" }
        guard contentType == "application/json" else { throw Violation("Content-Type must be application/json") }
        return try checkKey(headers)
    }

    /// Checks the idempotency key; returns it without its quotes.
    func checkKey(_ headers: HTTPHeaders) throws(Violation) -> String {
        let key = Array((headers["Idempotency-Key"] ?? "").utf8)
        guard key.count > 2, key.count <= 257, key.first == ASCII.quote, key.last == ASCII.quote,
            key.dropFirst().dropLast().allSatisfy({ (0x20..<0x7f).contains($0) && $0 != ASCII.quote })
        else { throw Violation("Idempotency-Key must be a string in double quotes") }
        return key.dropFirst().dropLast().text
    }

    /// Checks the headers that every request must have.
    func checkSender(_ headers: HTTPHeaders) throws(Violation) {
        let authorization = headers["Authorization"] ?? ""
        guard authorization.hasPrefix("Bearer "), authorization.utf8.count > 7 else {
            throw Violation("Authorization must be 'Bearer' and the API key", status: 401)
        }
        if let token, authorization.dropFirst(7) != token.revealed {
            throw Violation("the API key is not the expected one", status: 401)
        }
        guard headers["X-Asterisk-Hostname"]?.isEmpty == false else {
            throw Violation("X-Asterisk-Hostname is missing")
        }
        let agent = headers["User-Agent"] ?? ""
        guard agent.hasPrefix("Asterisk-Connector/"), agent.last != "/" else {
            throw Violation("User-Agent must be Asterisk-Connector/VERSION")
        }
    }

    /// Decompresses a body.
    func decompressed(_ body: [UInt8], encoding: String?) throws(Violation) -> [UInt8] {
        switch encoding ?? "identity" {
        case "identity": return body
        case "gzip":
            do throws(HTTPError) {
                return try Gzip.decompress(body, limit: Self.maximumBodySize)
            } catch {
                throw Violation("\(error)")
            }
        default: throw Violation("Content-Encoding must be gzip or absent", status: 415)
        }
    }

    /// Extracts the records from a body; with `parses`, also checks the whole JSON and the members of every record.
    func records(in body: [UInt8], parses: Bool) throws(Violation) -> [ReceivedRecord] {
        if parses {
            do throws(JSONError) {
                _ = try JSONParser.parse(body[...])
            } catch {
                throw Violation("the body is no JSON: \(error)")
            }
        }
        guard let records = RecordScanner.records(in: body) else {
            throw Violation("the body must be an object with the arrays cdrs and cels, of objects")
        }
        for (index, record) in records.enumerated() {
            guard RecordID(record.recordID) != nil else {
                throw Violation("record \(index): record_id must be 32 hex digits")
            }
            if parses { try check(record, index) }
        }
        return records
    }

    private func check(_ record: ReceivedRecord, _ index: Int) throws(Violation) {
        guard let json = try? JSONParser.parse(record.json) else { throw Violation("record \(index): no JSON") }
        func demand(_ name: String, _ what: String, _ isRight: (JSONValue) -> Bool) throws(Violation) {
            guard let value = json[name], isRight(value) else {
                throw Violation("record \(index) (\(record.kind)): \(name) must be \(what)")
            }
        }
        let isText = { (value: JSONValue) in value.string?.isEmpty == false }
        let isCount = { (value: JSONValue) in (value.integer ?? -1) >= 0 }
        try demand("uniqueid", "a text", isText)
        guard record.kind == .cdr else {
            try demand("eventtype", "a text", isText)
            return try demand("eventtime", "a time in RFC 3339 with Z", Self.isTime)
        }
        try demand("call_id", "a text", isText)
        try demand("duration", "a whole number", isCount)
        try demand("billsec", "a whole number", isCount)
        try demand("started_at", "a time in RFC 3339 with Z", Self.isTime)
        try demand("calldate", "a time in RFC 3339 with Z", Self.isTime)
        let directions = ["inbound", "outbound", "internal"]
        for name in ["call_type", "direction"] {
            try demand(name, "inbound, outbound or internal") { directions.contains($0.string ?? "") }
        }
    }

    /// Whether a value is a text such as `2026-11-20T13:05:09Z` or `2026-11-20T13:05:09.123456Z`.
    private static func isTime(_ value: JSONValue) -> Bool {
        let text = Array((value.string ?? "").utf8)
        let pattern = Array("0000-00-00T00:00:00".utf8)
        guard text.count > pattern.count, text.last == UInt8(ascii: "Z") else { return false }
        let isDate = zip(text, pattern).allSatisfy { $1 == ASCII.zero ? ASCII.isDigit($0) : $0 == $1 }
        let fraction = text[pattern.count...].dropLast()
        guard isDate, let first = fraction.first else { return isDate }
        return first == ASCII.dot && fraction.count > 1 && fraction.dropFirst().allSatisfy(ASCII.isDigit)
    }
}
