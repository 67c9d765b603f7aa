import Basics

/// What an answer 200, 201, 202 or 204 says about the records or the recording in its request.
package enum Acknowledgement: Sendable, Equatable {
    /// The API has accepted them.
    case given(Reservation?)
    /// The API may not have accepted them.
    case suspect(Suspicion)

    /// Why a successful answer is logged and counted.
    package enum Reservation: Sendable, Equatable {
        /// The body was cut off or could not be decoded.
        case incomplete(String)
        /// A `queued_count` below the number sent, accepted because of `API_ACK=status`.
        case lowCountByStatus(queued: Int)
        /// The same, accepted because an earlier attempt had no answer.
        case lowCountAfterSilence(queued: Int)

        /// The number that the API reports as queued, and why fewer than were sent are accepted.
        package var lowCount: (queued: Int, because: String)? {
            switch self {
            case .incomplete: nil
            case .lowCountByStatus(let queued): (queued, "API_ACK=status")
            case .lowCountAfterSilence(let queued): (queued, "an earlier try had no answer")
            }
        }
    }

    /// - Parameters:
    ///   - shown: the body without secrets, for messages.
    ///   - count: how many records the request carried; 1 for a recording.
    init(status: Int, body: [UInt8], shown: [UInt8], count: Int, rules: AcknowledgementRules) {
        guard status != 204 else {
            self = .given(nil)
            return
        }
        let isLax = rules.mode == .status
        switch Content(body) {
        case .none where status == 200 && !isLax:
            self = .suspect(Suspicion(.empty, "HTTP 200 with an empty body"))
        case .none: self = .given(nil)
        case .html:
            self = .suspect(Suspicion(.html, "HTTP \(status) with an HTML page: \(Excerpt.of(shown))"))
        case .other where isLax: self = .given(nil)
        case .other:
            self = .suspect(Suspicion(.notObject, "HTTP \(status) without a JSON object: \(Excerpt.of(shown))"))
        case .object(let members) where Self.reportsError(members):
            self = .suspect(Suspicion(.refusal, "HTTP \(status) that reports an error: \(Excerpt.of(shown))"))
        case .object(let members): self = Self.counted(members, count: count, rules: rules)
        }
    }

    /// Judges an answer with a complete head and an incomplete body.
    init(status: Int, partOfBody body: [UInt8], reason: String, rules: AcknowledgementRules) {
        let counts = status == 201 || status == 202 || (rules.mode == .status && status == 200)
        if case .html = Content(body) {
            self = .suspect(Suspicion(.html, "HTTP \(status) with a part of an HTML page"))
        } else if counts, !rules.isRecording {
            self = .given(.incomplete("HTTP \(status), but its body is unusable: \(reason)"))
        } else {
            self = .suspect(Suspicion(.incomplete, "HTTP \(status), but its body is unusable: \(reason)"))
        }
    }

    private static func counted(
        _ members: [JSONValue.Member],
        count: Int,
        rules: AcknowledgementRules
    ) -> Acknowledgement {
        guard let queued = members.last(where: { $0.name == "queued_count" })?.value.wholeNumber, queued < count else {
            return .given(nil)
        }
        if rules.mode == .status { return .given(.lowCountByStatus(queued: max(0, queued))) }
        if rules.mayHaveArrived { return .given(.lowCountAfterSilence(queued: max(0, queued))) }
        return .suspect(Suspicion(.lowCount, "queued_count is \(queued), and \(count) were sent", queued: queued))
    }

    /// Whether an object has `"success":false`, or a non-empty `error` or `errors`.
    ///
    /// All members with the same name count.
    private static func reportsError(_ members: [JSONValue.Member]) -> Bool {
        members.contains { member in
            switch member.name {
            case "success": member.value == .boolean(false)
            case "error", "errors": !member.value.isEmptyValue
            default: false
            }
        }
    }

    /// The kinds of body.
    private enum Content {
        case none
        case object([JSONValue.Member])
        case html
        case other

        init(_ body: [UInt8]) {
            // A byte order mark is not part of the content.
            let bytes = body.starts(with: [0xef, 0xbb, 0xbf]) ? body.dropFirst(3) : body[...]
            let first = bytes.first { $0 != 0x20 && !(0x09...0x0d).contains($0) }
            switch first {
            case nil: self = .none
            case UInt8(ascii: "<"): self = .html
            case UInt8(ascii: "{"):
                let members = (try? JSONParser.parse(bytes))?.members
                self = members.map { .object($0) } ?? .other
            default: self = .other
            }
        }
    }
}

extension JSONValue {
    /// null, false, 0, "", [] or {}.
    fileprivate var isEmptyValue: Bool {
        switch self {
        case .null, .boolean(false), .integer(0): true
        case .number(let value): value == 0
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        case .boolean, .integer: false
        }
    }

    /// The value if it is a whole number, `3.0` included.
    fileprivate var wholeNumber: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }
}
