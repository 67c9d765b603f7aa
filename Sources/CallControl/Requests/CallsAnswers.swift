package import Basics
package import HTTP

/// The two forms of all answers: `{"success":true,…}`, and
/// `{"success":false,"error":CODE,"message":TEXT,"requestId":ID}`.
package enum CallsAnswers {
    private static let json: HTTPHeaders = ["Content-Type": "application/json"]

    /// An answer to what was done.
    ///
    /// - Parameter members: writes the members behind `success`.
    package static func success(
        status: Int = 200,
        _ members: (inout JSONWriter) -> Void = { _ in }
    ) -> ServerResponse {
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.key("success")
        json.boolean(true)
        members(&json)
        json.endObject()
        return ServerResponse(status: status, headers: Self.json, body: json.bytes)
    }

    /// An answer as it was before.
    static func stored(status: Int, _ body: [UInt8]) -> ServerResponse {
        ServerResponse(status: status, headers: json, body: body)
    }

    /// The form of errors, for the router's configuration.
    package static let errors = ErrorFormat { failure, id in
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.key("success")
        json.boolean(false)
        json.required("error", failure.callsCode)
        json.required("message", failure.description)
        json.required("requestId", id.description)
        json.endObject()
        return ServerResponse(status: failure.status, headers: Self.json, body: json.bytes)
    }

    /// The failures of clients without a token, with a wrong one, and without the role; for the router's configuration.
    package static let accessFailures: AccessFailures = {
        var failures = AccessFailures()
        failures.missing = CallsFailure.unauthorized.because("Unauthorized")
        failures.refused = failures.missing
        failures.forbidden = CallsFailure.forbidden.because("Role may not do this")
        return failures
    }()
}
