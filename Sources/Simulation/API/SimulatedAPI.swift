package import Basics
import HTTP

/// A simulated API that receives call records, for the demo, tests and experiments.
///
/// It accepts `POST {any prefix}/mqs/connectors/asterisk/cdr`, checks the contract, and answers 202 or a JSON error;
/// `POST {any prefix}/mqs/recording`, a form with a file; and `POST {any prefix}/rt/voicemail`, a form with a message,
/// whose answer is a text. `GET {any prefix}/health` answers 200. `GET /simulation`
/// returns its statistics, and `POST /simulation` sets its behaviour (see `Behaviour`), so that another process can
/// control it. These faults apply to requests of records only; `POST /simulation/recordings` sets those of recordings,
/// and `POST /simulation/voicemail` those of messages.
package final class SimulatedAPI: Sendable {
    /// The options of the simulated API.
    package struct Configuration: Sendable {
        package var host = "127.0.0.1"
        /// The TCP port; 0 lets the system choose.
        package var port: UInt16 = 0
        /// The API key that requests must have; `nil` accepts any.
        package var token: Secret?
        /// For benchmarks: extracts records by their brackets and reads only their ids.
        ///
        /// Headers, compression, faults, poison and repeats work as usual, but the rest of the JSON is not checked. A
        /// core handles about 100,000 records a second in this mode, sender included, and 25,000 with all checks.
        package var countsOnly = false
        /// How many records `records` keeps, from the first one.
        package var keptRecords = 0
        /// How many record ids (16 bytes each) and keys (about 150) are remembered; later repeats count as new.
        package var trackedRecords = 5_000_000
        /// A log file with a line for each received record:
        /// `{"received_at":…,"key":…,"kind":"cdr"|"cel","record":{…}}`.
        package var logFile: String?
        /// The same for each record that was refused permanently (400, 413, 422) in a request of its own; a sender must
        /// give these up.
        package var refusalLogFile: String?
        /// How requests of records fail at first.
        package var behaviour = Behaviour()
        /// Called when the records of a request were accepted and logged, before the answer is sent.
        package var didTake: (@Sendable () -> Void)?
        /// Called when the answer to a request was passed to the kernel.
        package var didAnswer: (@Sendable () -> Void)?

        package init() {}
    }

    private let server: HTTPServer
    private let receiver: RecordReceiver
    private let recordingReceiver: RecordingReceiver
    private let voicemailReceiver: VoicemailReceiver

    /// Starts listening.
    ///
    /// Blocks while a host's name is resolved.
    package init(_ configuration: Configuration = Configuration()) throws(SimulatedAPIError) {
        let receiver = try RecordReceiver(configuration)
        let recordings = RecordingReceiver(Contract(token: configuration.token))
        let voicemail = VoicemailReceiver(Contract(token: configuration.token))
        var options = HTTPServerOptions(.threadPerConnection)
        options.connectionLimit = 1000
        options.maxBodyBytes = 16 << 20
        options.didComplete = configuration.didAnswer
        options.sink = { path, headers in
            let isForm = path.hasSuffix(Self.recordingsPath) || path.hasSuffix(Self.voicemailPath)
            return isForm ? RecordingSink(contentType: headers["Content-Type"] ?? "") : nil
        }
        do throws(HTTPError) {
            server = try HTTPServer(host: configuration.host, port: configuration.port, options: options) { request in
                Self.respond(to: request, receiver, recordings, voicemail)
            }
        } catch {
            throw .server(error)
        }
        self.receiver = receiver
        recordingReceiver = recordings
        voicemailReceiver = voicemail
    }

    /// The actual port, also for port 0.
    package var port: UInt16 { server.port }

    /// The base URL for `API_URL`, when it listens on the loopback.
    package var url: String { "http://127.0.0.1:\(port)/v1" }

    /// The counts of requests of records.
    package var statistics: APIStatistics { receiver.statistics }

    /// The kept records in the order of arrival; see `Configuration.keptRecords`.
    package var records: [ReceivedRecord] { receiver.keptRecords }

    /// Whether a record with this `record_id` was accepted.
    package func hasReceived(_ recordID: String) -> Bool { receiver.hasReceived(recordID) }

    /// Sets the behaviour for requests of records; sequences, counts and windows start again.
    package func setBehaviour(_ behaviour: Behaviour) { receiver.setBehaviour(behaviour) }

    /// The accepted recordings in the order of arrival.
    package var recordings: [ReceivedRecording] { recordingReceiver.received }

    /// The counts of recordings.
    package var recordingStatistics: RecordingStatistics { recordingReceiver.statistics }

    /// Sets the behaviour for recordings; `poison` applies to recording_id and call_id, options about gzip and counts
    /// have no effect.
    package func setRecordingBehaviour(_ behaviour: Behaviour) { recordingReceiver.setBehaviour(behaviour) }

    /// The accepted messages in the order of arrival.
    package var voicemail: [ReceivedVoicemail] { voicemailReceiver.received }

    /// The counts of messages.
    package var voicemailStatistics: RecordingStatistics { voicemailReceiver.statistics }

    /// Sets the behaviour for messages; options about poison, gzip and counts have no effect.
    package func setVoicemailBehaviour(_ behaviour: Behaviour) { voicemailReceiver.setBehaviour(behaviour) }

    /// The text that the answer to each message has.
    package static var transcription: String { VoicemailReceiver.transcription }

    /// Ends silent answers and closes all connections; can be called several times.
    ///
    /// Blocks until the current requests are done.
    package func stop() { server.stop() }

    private static func respond(
        to request: ServerRequest,
        _ receiver: RecordReceiver,
        _ recordings: RecordingReceiver,
        _ voicemail: VoicemailReceiver
    ) -> ServerResponse {
        switch (request.path, request.method) {
        case ("/simulation", "GET"): json(200, receiver.statistics.json)
        case ("/simulation", "POST"): setBehaviour(request.body) { receiver.setBehaviour($0) }
        case ("/simulation/recordings", "POST"): setBehaviour(request.body) { recordings.setBehaviour($0) }
        case ("/simulation/recordings", _): notAllowed("POST")
        case ("/simulation/voicemail", "POST"): setBehaviour(request.body) { voicemail.setBehaviour($0) }
        case ("/simulation/voicemail", _): notAllowed("POST")
        case ("/simulation", _): notAllowed("GET, POST")
        case (let path, "GET") where path.hasSuffix("/health"): json(200, Array(#"{"status":"ok"}"#.utf8))
        case (let path, _) where path.hasSuffix("/health"): notAllowed("GET")
        case (let path, "POST") where path.hasSuffix(recordsPath): receiver.respond(to: request)
        case (let path, _) where path.hasSuffix(recordsPath): notAllowed("POST")
        case (let path, "POST") where path.hasSuffix(recordingsPath): recordings.respond(to: request)
        case (let path, _) where path.hasSuffix(recordingsPath): notAllowed("POST")
        case (let path, "POST") where path.hasSuffix(voicemailPath): voicemail.respond(to: request)
        case (let path, "HEAD") where path.hasSuffix(voicemailPath): ServerResponse(status: 405)
        case (let path, _) where path.hasSuffix(voicemailPath): notAllowed("POST")
        default: .error("there is nothing at this path", status: 404)
        }
    }

    private static let recordsPath = "/mqs/connectors/asterisk/cdr"

    private static let recordingsPath = "/mqs/recording"

    private static let voicemailPath = "/rt/voicemail"

    private static func setBehaviour(_ body: [UInt8], _ set: (Behaviour) -> Void) -> ServerResponse {
        do {
            set(try Behaviour(JSONParser.parse(body[...])))
            return ServerResponse(status: 204)
        } catch {
            return .error("\(error)", status: 400)
        }
    }

    private static func json(_ status: Int, _ body: [UInt8]) -> ServerResponse {
        ServerResponse(status: status, headers: ["Content-Type": "application/json"], body: body)
    }

    private static func notAllowed(_ methods: String) -> ServerResponse {
        var response = ServerResponse.error("the method must be \(methods)", status: 405)
        response.headers.append("Allow", methods)
        return response
    }
}

extension ServerResponse {
    /// An answer whose body is `{"error":…}`.
    static func error(_ reason: String, status: Int) -> ServerResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.string(reason)
        writer.endObject()
        return ServerResponse(status: status, headers: ["Content-Type": "application/json"], body: writer.bytes)
    }
}
