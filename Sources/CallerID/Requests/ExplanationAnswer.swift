import Basics
import HTTP

/// The answer to `GET /api/explain`: which number a request would get, and why.
enum ExplanationAnswer {
    static func response(_ explanation: SelectionExplanation, to request: SelectionRequest) -> ServerResponse {
        var json = JSONWriter()
        json.beginObject()
        json.required("destination", request.destination.digits)
        json.required("agent", request.agent)
        json.required("campaign", request.campaign)
        write(explanation, into: &json)
        json.key("tiers")
        json.beginArray()
        for step in explanation.steps { write(step, into: &json) }
        json.endArray()
        json.endObject()
        return ServerResponse(status: 200, headers: CallerIDAnswers.json, body: json.bytes)
    }

    private static func write(_ explanation: SelectionExplanation, into json: inout JSONWriter) {
        var (number, tier, reason, wait): (String?, String?, String?, Int?)
        switch explanation.answer {
        case .granted(let grant):
            number = grant.number.description
            tier = grant.tier?.rawValue ?? "repeat"
            if explanation.isShared { reason = "shared" }
        case .rateLimited(let seconds): (reason, wait) = ("rate", seconds)
        case .unavailable(let why, let seconds): (reason, wait) = (why.rawValue, seconds)
        }
        json.key("caller_id")
        json.stringOrNull(number)
        json.key("tier")
        json.stringOrNull(tier)
        json.key("reason")
        json.stringOrNull(reason)
        json.key("retry_after")
        json.integerOrNull(wait)
    }

    private static func write(_ step: SelectionExplanation.Step, into json: inout JSONWriter) {
        json.beginObject()
        json.required("tier", step.tier.rawValue)
        json.required("area_code", step.areaCode.description)
        json.required("numbers", step.total)
        json.required("free", step.free)
        json.required("reserved", step.reserved)
        json.required("used_up", step.usedUp)
        json.required("inactive", step.inactive)
        json.key("caller_id")
        json.stringOrNull(step.number?.description)
        json.endObject()
    }
}
