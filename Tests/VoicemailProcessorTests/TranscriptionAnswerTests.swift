import Basics
import HTTP
import TestSupport
import Testing

@testable import VoicemailProcessor

struct TranscriptionAnswerTests {
    private func answer(_ status: Int, _ body: String, _ headers: HTTPHeaders = [:]) -> TranscriptionAnswer {
        TranscriptionAnswer(
            HTTPResponse(status: status, headers: headers, body: Array(body.utf8)),
            now: Timestamp(seconds: 1_795_224_000)
        )
    }

    @Test func `a text is taken with what else is known`() {
        var transcript = Transcript(text: "hello")
        transcript.subject = "Call back"
        transcript.language = "en"
        transcript.confidence = 1
        let body = #"{"transcription":"hello","subject":"Call back","language":"en","confidence":1,"more":[1]}"#
        #expect(answer(200, body) == .transcript(transcript) && answer(202, body) == .transcript(transcript))
    }

    @Test func `HTML counts only with its type`() {
        guard case .transcript(let html) = answer(200, #"{"type":"html","html":"<p>x</p>"}"#),
            case .transcript(let text) = answer(200, #"{"type":"transcription","html":"<p>x</p>","transcription":"x"}"#)
        else {
            Issue.record("no transcript")
            return
        }
        #expect(html.html == "<p>x</p>" && html.text == "" && text.html == nil && text.text == "x")
        #expect(answer(200, #"{"html":"<p>x</p>"}"#) == .refused("status 200 without a transcription"))
    }

    @Test(arguments: [408, 425, 429, 500, 502, 503, 504, 599])
    func `a status that may pass is tried again, when the API says`(status: Int) {
        #expect(answer(status, "") == .retry("status \(status)", after: nil))
        #expect(answer(status, "", ["Retry-After": "7"]) == .retry("status \(status)", after: .seconds(7)))
    }

    @Test(arguments: [100, 201, 204, 301, 302, 400, 401, 403, 404, 413, 422])
    func `any other status is not`(status: Int) {
        #expect(answer(status, #"{"transcription":"x"}"#) == .refused("status \(status)"))
    }

    /// docs/api.yaml says the same; `scripts/api-check` compares.
    @Test func `each status has its effect on the mail`() throws {
        let statuses = [100, 200, 201, 202, 204, 301, 302, 400, 401, 403, 404, 408, 409, 413, 422, 425, 429, 500, 503]
        let lines = statuses.map { status in
            let words = [#"{"transcription":"x"}"#, ""].map { body in
                switch answer(status, body) {
                case .transcript: "text"
                case .retry: "again"
                case .refused: "none"
                }
            }
            return "\(status): \(words[0] == words[1] ? words[0] : words.joined(separator: " "))\n"
        }
        try expectGolden(Array(lines.joined().utf8), "voicemail/answers.txt")
    }

    @Test func `what is no object with a text is not taken, cut anywhere`() {
        let body = #"{"type":"html","transcription":"hé\u00e9","html":"<p>x</p>","confidence":0.5}"#
        for end in body.indices {
            guard case .refused = answer(200, String(body[..<end])) else {
                Issue.record("\(body[..<end]) was taken")
                continue
            }
        }
        for body in ["[]", "7", #""text""#, "null", #"{"transcription":7}"#, #"{"transcription":null}"#] {
            guard case .refused = answer(200, body) else {
                Issue.record("\(body) was taken")
                continue
            }
        }
    }

    @Test func `a connection that fails is tried again, one that can never work is not`() {
        guard case .retry = TranscriptionAnswer(HTTPError.timedOut("x")),
            case .refused = TranscriptionAnswer(HTTPError.cancelled)
        else {
            Issue.record("wrong decision")
            return
        }
    }
}
