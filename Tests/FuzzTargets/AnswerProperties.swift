import Basics
import Connector
import Delivery
import HTTP
import Recordings

/// No answer makes the connector wait for longer than an hour, and none brings a secret into the log.
enum AnswerProperties {
    private static let statuses = [200, 201, 202, 204, 299, 302, 400, 401, 404, 408, 413, 415, 422, 429, 500, 700, 0]

    /// The first byte chooses the status, a line is the header Retry-After, the rest the body.
    static func problem(_ input: [UInt8]) -> String? {
        guard let choice = input.first else { return nil }
        let parts = input.dropFirst().split(separator: ASCII.newline, maxSplits: 1, omittingEmptySubsequences: false)
        let after = RetryAfter.wait(parts.first?.text ?? "", now: Timestamp(seconds: 1_795_224_725))
        if after ?? .zero < .zero { return "a wait of \(after ?? .zero)" }
        let status = statuses[Int(choice) % statuses.count]
        let body = Array(parts.dropFirst().first ?? [])
        let outcome = DeliveryOutcome.answered(status: status, retryAfter: after, body: body)
        var generator = SplitMix64(seed: UInt64(choice))
        let now = ContinuousClock.now
        var records = DeliveryPolicy(pace: DeliveryPace(limit: 4), compresses: true, requestBytes: 1 << 20)
        let sent = DeliveryPolicy.Sent(records: Int(choice >> 5) + 1, bytes: 5000, isGzip: choice & 1 == 1)
        let decision = records.decide(outcome, of: sent, at: now, using: &generator)
        if status / 100 != 2, case .acknowledge = decision.step { return "a success of status \(status)" }
        var uploads = UploadPolicy(pace: DeliveryPace(limit: 2), retryWait: .seconds(60))
        _ = uploads.decide(outcome, attempts: Int(choice), at: now, using: &generator)
        for pause in [records.pace.pause, uploads.pace.pause] {
            if let pause, pause.until - now > .seconds(3600) { return "a pause of \(pause.until - now)" }
        }
        return textProblem(body[...].text, secret: parts.first?.text ?? "")
    }

    private static func textProblem(_ text: String, secret: String) -> String? {
        let masked = Masking.masked(text)
        if masked.unicodeScalars.count != text.unicodeScalars.count { return "masked text of another length" }
        let again = Masking.masked(masked)
        if again != masked { return "masked text that is masked again:\n\(text)\n\(masked)\n\(again)" }
        guard !secret.isEmpty, !secret.utf8.contains(UInt8(ascii: "*")) else { return nil }
        let hidden = Redaction([Secret(secret)]).applied(to: Array((text + secret).utf8))
        return hidden.contains(Array(secret.utf8)) ? "a secret that is shown" : nil
    }
}
