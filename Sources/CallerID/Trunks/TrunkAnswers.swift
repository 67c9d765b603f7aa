import Basics
import HTTP

/// The answers of the port for trunks: `{"code":"0","message":"…"}`, with the status 200 whatever happened.
enum TrunkAnswers {
    static let loginRefused = "login"

    static let badInput = "JSON input Error"

    static func answer(_ isDone: Bool, _ message: String) -> ServerResponse {
        var json = JSONWriter()
        json.beginObject()
        json.required("code", isDone ? "0" : "1")
        json.required("message", message)
        json.endObject()
        return ServerResponse(status: 200, headers: CallerIDAnswers.json, body: json.bytes)
    }

    static let accessFailures: AccessFailures = {
        let failure = RequestFailure(status: 401, code: loginRefused, "Request Authentication Failed")
        var failures = AccessFailures()
        failures.missing = failure
        failures.refused = failure
        failures.forbidden = failure
        return failures
    }()

    static let errors = ErrorFormat { failure, _ in
        switch failure.kind {
        case .unknownPath, .methodNotAllowed: ServerResponse(status: 404, text: "ERROR :: Request Not Found")
        case .bodyTooLarge, .badRequest: answer(false, badInput)
        case .tooManyFailures: answer(false, "Request Authentication Failed")
        case .bug: answer(false, "Internal server error")
        default: answer(false, failure.description)
        }
    }
}
