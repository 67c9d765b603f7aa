import Basics
import Delivery
import Testing

/// What counts as an acknowledgement, by status, body and `API_ACK`.
struct AcknowledgementTests {
    private static let five = 5

    private static func responseClass(
        _ status: Int,
        _ body: [UInt8],
        _ rules: AcknowledgementRules
    ) -> ResponseClass {
        ResponseClass(.answered(status: status, retryAfter: nil, body: body), count: five, isGzip: true, rules: rules)
    }

    private static func kind(_ responseClass: ResponseClass) -> Suspicion.Kind? {
        guard case .suspect(let suspicion) = responseClass else { return nil }
        return suspicion.kind
    }

    /// Both settings, for records and recordings.
    private static let allRules = [AcknowledgementRules.Mode.json, .status].flatMap { mode in
        [false, true].map { AcknowledgementRules(mode: mode, isRecording: $0) }
    }

    private static let bodies = [
        "", " \r\n", "{}", #"{"queued_count":5}"#, "<html>", "ok", "null", "[]", #"{"a":"#, #"{"error":"x"}"#,
        #"{"queued_count":0}"#,
    ]

    @Test(arguments: bodies)
    func `204 has no body and is always one`(body: String) {
        for rules in Self.allRules { #expect(Self.responseClass(204, Array(body.utf8), rules) == .delivered(nil)) }
    }

    @Test(arguments: ["", " ", "\n", "\r\n\t "])
    func `an empty body is one with 201 and 202, and with 200 when the status counts`(body: String) {
        for rules in Self.allRules {
            for status in [200, 201, 202] {
                let isSuspect = status == 200 && rules.mode == .json
                let responseClass = Self.responseClass(status, Array(body.utf8), rules)
                #expect(Self.kind(responseClass) == (isSuspect ? .empty : nil), "\(status) \(rules)")
            }
        }
    }

    @Test(arguments: [
        "{}", " {} ", "{\"ok\":true}\n", #"{"queued_count":5,"job_ids":["a"]}"#, #"{"success":true}"#,
        #"{"error":null,"errors":[]}"#, #"{"error":false}"#, #"{"error":0}"#, #"{"error":0.0}"#, #"{"error":""}"#,
        #"{"error":{}}"#, #"{"success":null}"#, #"{"success":0}"#, #"{"success":"false"}"#, #"{"Error":"x"}"#,
        #"{"data":{"success":false,"error":"x"}}"#, #"{"message":"error"}"#, "\u{feff}{}",
        #"{"queued_count":6}"#, #"{"queued_count":"0"}"#, #"{"queued_count":null}"#, #"{"queued_count":4.5}"#,
        #"{"queued_count":99999999999999999999}"#, #"{"queued_count":1e999}"#,
    ])
    func `an object that does not say no is one`(body: String) {
        for rules in Self.allRules {
            for status in [200, 201, 202] {
                let responseClass = Self.responseClass(status, Array(body.utf8), rules)
                // A number that does not fit makes the JSON broken; then the status decides.
                if body.contains("1e999"), rules.mode == .json { continue }
                #expect(responseClass == .delivered(nil), "\(status) \(rules)")
            }
        }
    }

    @Test(arguments: [
        #"{"success":false}"#, #"{"error":"quota"}"#, #"{"error":true}"#, #"{"error":1}"#, #"{"error":-0.5}"#,
        #"{"error":{"code":1}}"#, #"{"errors":["x"]}"#, #"{"errors":[null]}"#, #"{"errors":"x"}"#, #"{"error":" "}"#,
        #"{"success":true,"error":"x"}"#, #"{"success":false,"success":true}"#, #"{"error":"x","error":null}"#,
        #"{"queued_count":5,"errors":{"1":"bad"}}"#, "\u{feff} {\"success\":false}",
    ])
    func `an object that says no is never one`(body: String) {
        for rules in Self.allRules {
            for status in [200, 201, 202] {
                #expect(
                    Self.kind(Self.responseClass(status, Array(body.utf8), rules)) == .refusal,
                    "\(status) \(rules)"
                )
            }
        }
    }

    @Test(arguments: [
        "<", "<html>", "<!DOCTYPE html><html><body>Please sign in</body></html>", "\r\n\t <?xml?>", "\u{feff}<html>",
        #"<{"queued_count":5}"#,
    ])
    func `HTML is never one`(body: String) {
        for rules in Self.allRules {
            for status in [200, 201, 202] {
                #expect(Self.kind(Self.responseClass(status, Array(body.utf8), rules)) == .html, "\(status) \(rules)")
            }
        }
    }

    @Test(arguments: [
        "ok", "null", "true", "0", "5", #""queued""#, "[]", "[{}]", "{", #"{"queued_count":5"#, "{}{}", "{} x", "'",
        "\0",
        "{'queued_count':5}", #"{"success":false"#, "5\n<html>",
    ])
    func `anything else is one when the status counts, and else suspect`(body: String) {
        for rules in Self.allRules {
            for status in [200, 201, 202] {
                let responseClass = Self.responseClass(status, Array(body.utf8), rules)
                #expect(Self.kind(responseClass) == (rules.mode == .json ? .notObject : nil), "\(status) \(rules)")
            }
        }
    }

    @Test func `bytes that are no text, and JSON that is too deep, are anything else`() {
        for bytes: [UInt8] in [[0xff, 0xfe], Array(repeating: UInt8(ascii: "["), count: 1 << 16), [0x1f, 0x8b, 0, 0]] {
            for status in [200, 201, 202] {
                let json = AcknowledgementRules(mode: .json)
                #expect(Self.kind(Self.responseClass(status, bytes, json)) == .notObject)
            }
        }
    }

    @Test func `an answer that broke off is one with 201 and 202, but not of a recording`() {
        for rules in Self.allRules {
            for (status, body) in [(200, ""), (201, ""), (202, ""), (202, #"{"queued"#), (200, "ok"), (202, " <ht")] {
                let outcome = DeliveryOutcome.incomplete(status: status, body: Array(body.utf8), reason: "closed")
                let responseClass = ResponseClass(outcome, count: Self.five, isGzip: true, rules: rules)
                let isHTML = body.contains("<")
                let isGiven = !isHTML && !rules.isRecording && (status != 200 || rules.mode == .status)
                if isGiven {
                    guard case .delivered(.incomplete) = responseClass else {
                        Issue.record("\(status) \(rules): \(responseClass)")
                        continue
                    }
                } else {
                    #expect(Self.kind(responseClass) == (isHTML ? .html : .incomplete), "\(status) \(rules)")
                }
            }
        }
    }

    @Test(arguments: [203, 205, 206, 207, 208, 226, 299])
    func `another 2xx is never one, whole or not`(status: Int) {
        for rules in Self.allRules {
            for body in Self.bodies {
                #expect(Self.kind(Self.responseClass(status, Array(body.utf8), rules)) == .status)
            }
            let incomplete = DeliveryOutcome.incomplete(status: status, body: [], reason: "closed")
            #expect(Self.kind(ResponseClass(incomplete, count: 1, isGzip: false, rules: rules)) == .status)
        }
    }

    @Test(arguments: ["0", "4", "-1", "4.0", "-9223372036854775808"])
    func `a whole number below what was sent is suspect, with two exceptions`(count: String) {
        for status in [200, 201, 202] {
            let body = Array("{\"queued_count\":\(count)}".utf8)
            let queued = max(0, Int(count.prefix { $0 != "." }) ?? 0)
            for isRecording in [false, true] {
                var rules = AcknowledgementRules(mode: .json, isRecording: isRecording)
                #expect(Self.kind(Self.responseClass(status, body, rules)) == .lowCount)
                rules.mayHaveArrived = true
                #expect(Self.responseClass(status, body, rules) == .delivered(.lowCountAfterSilence(queued: queued)))
                rules.mode = .status
                #expect(Self.responseClass(status, body, rules) == .delivered(.lowCountByStatus(queued: queued)))
                rules.mayHaveArrived = false
                #expect(Self.responseClass(status, body, rules) == .delivered(.lowCountByStatus(queued: queued)))
            }
        }
    }

    @Test func `a suspect answer says what came and what helps`() {
        let rules = AcknowledgementRules(mode: .json)
        for body in ["", "ok", "null", "[1]"] {
            guard case .suspect(let suspicion) = Self.responseClass(200, Array(body.utf8), rules) else {
                Issue.record("taken for a delivery")
                continue
            }
            #expect(suspicion.advice == "answer 204 or a JSON object, or set API_ACK=status")
            #expect(suspicion.reason.contains("200") && suspicion.reason.contains(body))
        }
        for kind in Suspicion.Kind.allCases { #expect(!Suspicion(kind, "x").advice.isEmpty) }
    }
}
