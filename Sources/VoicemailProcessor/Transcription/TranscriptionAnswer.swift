import Basics
import HTTP

/// What an answer of the API means.
enum TranscriptionAnswer: Equatable {
    case transcript(Transcript)
    /// Worth another try, after this time if the API says one.
    case retry(String, after: Duration?)
    /// No text; another try would end in the same way.
    case refused(String)

    init(_ response: HTTPResponse, now: Timestamp) {
        switch response.status {
        case 200, 202: self = Self.read(response.body, status: response.status)
        case 408, 425, 429, 500...599:
            let wait = response.headers["retry-after"].flatMap { RetryAfter.wait($0, now: now) }
            self = .retry("status \(response.status)", after: wait)
        default: self = .refused("status \(response.status)")
        }
    }

    init(_ error: HTTPError) {
        switch error {
        case .unresolved, .unreachable, .timedOut, .interrupted, .brokenAnswer, .notSent, .other:
            self = .retry("\(error)", after: nil)
        case .tls, .proxyForbids, .answerTooLarge, .headTooLarge, .badRequest, .file, .cancelled, .badGzip,
            .cannotListen, .unusableCertificate:
            self = .refused("\(error)")
        }
    }

    private static func read(_ body: [UInt8], status: Int) -> TranscriptionAnswer {
        // Text that is no UTF-8 is no JSON either.
        guard String(validating: body, as: UTF8.self) != nil, let json = try? JSONParser.parse(body[...]),
            json.members != nil
        else { return .refused("status \(status) without a JSON object") }
        let html = json["type"]?.string == "html" ? json["html"]?.string : nil
        let text = json["transcription"]?.string
        guard text != nil || html?.isEmpty == false else { return .refused("status \(status) without a transcription") }
        var transcript = Transcript(text: text ?? "")
        transcript.html = html?.isEmpty == false ? html : nil
        transcript.subject = json["subject"]?.string
        transcript.language = json["language"]?.string
        switch json["confidence"] {
        case .number(let value): transcript.confidence = value
        case .integer(let value): transcript.confidence = Double(value)
        default: break
        }
        return .transcript(transcript)
    }
}
