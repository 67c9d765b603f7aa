import Basics
import HTTP

/// A request for the history, and its answer.
enum HistoryRequest {
    /// - Throws: `RequestFailure` with the status 400.
    static func query(_ parameters: [String: String]) throws(RequestFailure) -> HistoryQuery {
        var query = HistoryQuery()
        if let text = parameters["caller_id"], !text.isEmpty {
            guard let number = Digits(callerID: text) else {
                throw RequestFailure(.badRequest, "Invalid caller-ID format")
            }
            query.number = number
        }
        query.since = try time("since", parameters)
        query.until = try time("until", parameters)
        if let text = parameters["limit"] {
            guard let limit = Int(text), (1...1000).contains(limit) else {
                throw RequestFailure(.badRequest, "limit is a whole number from 1 to 1000")
            }
            query.limit = limit
        }
        if let text = parameters["after"] {
            guard let id = Int64(text), id >= 0 else {
                throw RequestFailure(.badRequest, "after is the value of next of the page before")
            }
            query.before = id
        }
        return query
    }

    /// A day or a time in UTC, without the `Z`, so that it is a prefix of the times that it begins.
    private static func time(_ name: String, _ parameters: [String: String]) throws(RequestFailure) -> String? {
        guard let text = parameters[name], !text.isEmpty else { return nil }
        var bytes = Array(text.utf8)
        if bytes.count > 10, bytes.last == UInt8(ascii: "Z") { bytes.removeLast() }
        if bytes.count > 10, bytes[10] == ASCII.space { bytes[10] = UInt8(ascii: "T") }
        let form = Array("0000-00-00T00:00:00.000000".utf8).prefix(bytes.count)
        let fits =
            [10, 16, 19].contains(bytes.count) || (21...26).contains(bytes.count)
        guard fits,
            zip(bytes, form).allSatisfy({ byte, form in
                form == UInt8(ascii: "0") ? ASCII.isDigit(byte) : byte == form
            })
        else {
            throw RequestFailure(.badRequest, "\(name) is a time in UTC such as 2026-03-01 or 2026-03-01T14:30:00Z")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The page as an answer, with the keys in a fixed order.
    static func response(_ page: HistoryPage) -> ServerResponse {
        var json = JSONWriter()
        json.beginObject()
        json.key("items")
        json.beginArray()
        for entry in page.entries {
            json.beginObject()
            json.required("time", entry.time)
            json.required("caller_id", entry.number)
            json.required("agent", entry.agent)
            json.required("campaign", entry.campaign)
            json.required("destination", entry.destination)
            json.key("reserved_until")
            json.stringOrNull(entry.reservedUntil)
            json.required("endpoint", entry.endpoint)
            json.required("method", entry.method)
            json.required("status", entry.status)
            json.required("error", entry.error)
            json.key("response_time_ms")
            json.number(Double(entry.microseconds) / 1000)
            json.endObject()
        }
        json.endArray()
        json.key("next")
        json.stringOrNull(page.next.map { String($0) })
        json.endObject()
        return ServerResponse(status: 200, headers: CallerIDAnswers.json, body: json.bytes)
    }
}
