package import Basics
import HTTP

/// Handles a request with a voicemail message in the simulated API: applies a fault, checks, answers with a text.
final class VoicemailReceiver: Sendable {
    /// How many messages are kept.
    private static let keptCount = 10_000

    /// What each message says.
    static let transcription = "Hello, this is the simulated text of a message: please call me back."

    private let state = Lock(FormReceiverState<ReceivedVoicemail>())
    private let contract: Contract

    init(_ contract: Contract) { self.contract = contract }

    var received: [ReceivedVoicemail] {
        // A deep copy, because the thread sanitizer does not understand how arrays share memory.
        state.withLock { $0.received.map { $0 } }
    }
    var statistics: RecordingStatistics { state.withLock { $0.statistics } }

    func setBehaviour(_ behaviour: Behaviour) { state.withLock { $0.set(behaviour) } }

    func respond(to request: ServerRequest) -> ServerResponse {
        let fault = state.withLock { $0.nextFault() }
        if let refusal = RecordReceiver.refusal(fault) { return refusal }
        do throws(Contract.Violation) {
            try contract.checkSender(request.headers)
            let key = try contract.checkKey(request.headers)
            guard request.headers["Accept"] == "application/json" else {
                throw Contract.Violation("Accept must be application/json")
            }
            guard let sink = request.sink as? RecordingSink else { throw Contract.Violation("there is no body") }
            let message = try ReceivedVoicemail(sink.form(key: key))
            state.withLock { $0.accept(message, bytes: message.form.size, limit: Self.keptCount) }
        } catch {
            state.withLock { $0.statistics.note(violation: error.reason) }
            return .error(error.reason, status: error.status)
        }
        guard fault != .answerLost else { return .reset }
        if let acceptance = fault?.acceptance { return acceptance }
        var response = ServerResponse(status: 200, headers: ["Content-Type": "application/json"], body: Self.answer)
        if case .slow(let duration) = fault { response.delay = duration }
        return response
    }

    private static let answer: [UInt8] = {
        var writer = JSONWriter()
        writer.beginObject()
        writer.required("transcription", transcription)
        writer.required("type", "transcription")
        writer.required("language", "en")
        writer.key("confidence")
        writer.number(0.9)
        writer.endObject()
        return writer.bytes
    }()
}

/// A voicemail message that the simulated API accepted.
package struct ReceivedVoicemail: Sendable, Equatable {
    /// The form, with the digest of the audio in place of the audio.
    package let form: ReceivedRecording
    package let metadata: JSONValue

    init(_ form: ReceivedRecording) throws(Contract.Violation) {
        guard let metadata = try? JSONParser.parse(form.fields["metadata"] ?? ""), metadata.members != nil else {
            throw Contract.Violation("metadata must be a JSON object")
        }
        guard metadata["uuid"]?.string?.isEmpty == false else { throw Contract.Violation("metadata must have a uuid") }
        for name in ["msgnum", "duration"] where metadata[name] != nil {
            guard (metadata[name]?.integer ?? -1) >= 0 else {
                throw Contract.Violation("metadata: \(name) must be a whole number")
            }
        }
        guard ["html", "text", "original"].contains(form.fields["format"] ?? "") else {
            throw Contract.Violation("format must be html, text or original")
        }
        guard form.size > 0 else { throw Contract.Violation("the audio is empty") }
        self.form = form
        self.metadata = metadata
    }
}
