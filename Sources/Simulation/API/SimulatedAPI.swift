package import Basics
import HTTP

/// The API that receives call records, for the demo, the tests and trying things out.
///
/// It takes `POST {any prefix}/mqs/connectors/asterisk/cdr`, checks what the contract demands and answers 202, or says
/// in JSON what is wrong; and `POST {any prefix}/mqs/recording`, a form with a file. `GET {any prefix}/health` answers 200. `GET /simulation` answers its statistics, and
/// `POST /simulation` sets its behaviour (see `Behaviour`), so that another process can drive it. These faults
/// concern requests of records alone; `POST /simulation/recordings` sets those of recordings.
package final class SimulatedAPI: Sendable {
    package struct Configuration: Sendable {
        package var host = "127.0.0.1"
        /// 0 lets the system choose.
        package var port: UInt16 = 0
        /// The API key that requests must carry; nil takes any.
        package var token: Secret?
        /// For benchmarks: cuts the records out of the text by its brackets and looks at nothing but their ids.
        ///
        /// Headers, compression, faults, poison and repeats work as ever; that the text is JSON throughout and that
        /// records have their other members is then not checked. A core takes about 100,000 records a second so, sender
        /// included, and 25,000 when everything is checked.
        package var countsOnly = false
        /// How many records `records` keeps, the first ones.
        package var keptRecords = 0
        /// How many record ids and keys are remembered, of 16 and about 150 bytes; a repeat beyond them counts as new.
        package var trackedRecords = 5_000_000
        /// A file to which a line is added for each record received:
        /// `{"received_at":…,"key":…,"kind":"cdr"|"cel","record":{…}}`.
        package var logFile: String?
        /// The same for each record that was refused for good (400, 413, 422) in a request of its own: those that a sender
        /// has to give up.
        package var refusalLogFile: String?
        package var behaviour = Behaviour()
        /// Called when the records of a request were taken and written down, before the answer is sent.
        package var didTake: (@Sendable () -> Void)?
        /// Called when the answer to a request was given to the kernel.
        package var didAnswer: (@Sendable () -> Void)?

        package init() {}
    }

    private let server: HTTPServer
    private let receiver: RecordReceiver
    private let recordingReceiver: RecordingReceiver

    /// Starts to listen.
    ///
    /// Blocks while a host's name is resolved.
    package init(_ configuration: Configuration = Configuration()) throws(SimulatedAPIError) {
        let receiver = try RecordReceiver(configuration)
        let recordings = RecordingReceiver(Contract(token: configuration.token))
        var options = HTTPServerOptions(.threadPerConnection)
        options.connectionLimit = 1000
        options.maxBodyBytes = 16 << 20
        options.didComplete = configuration.didAnswer
        options.sink = { path, headers in
            path.hasSuffix(Self.recordingsPath) ? RecordingSink(contentType: headers["Content-Type"] ?? "") : nil
        }
        do throws(HTTPError) {
            server = try HTTPServer(host: configuration.host, port: configuration.port, options: options) { request in
                Self.respond(to: request, receiver, recordings)
            }
        } catch {
            throw .server(error)
        }
        self.receiver = receiver
        recordingReceiver = recordings
    }

    /// The port it got, also when 0 was asked for.
    package var port: UInt16 { server.port }

    /// The base of the API's URLs, as `API_URL` wants it, when it listens on the loopback.
    package var url: String { "http://127.0.0.1:\(port)/v1" }

    package var statistics: APIStatistics { receiver.statistics }

    /// The records kept, in the order received; see `Configuration.keptRecords`.
    package var records: [ReceivedRecord] { receiver.keptRecords }

    /// Whether a record with this `record_id` was applied.
    package func hasReceived(_ recordID: String) -> Bool { receiver.hasReceived(recordID) }

    /// Behaves so from now on; sequences, counts and windows start again.
    package func setBehaviour(_ behaviour: Behaviour) { receiver.setBehaviour(behaviour) }

    /// The recordings taken, in the order received.
    package var recordings: [ReceivedRecording] { recordingReceiver.received }

    package var recordingStatistics: RecordingStatistics { recordingReceiver.statistics }

    /// Behaves so to recordings from now on; poison is known by recording_id or call_id, and what concerns gzip and counts
    /// has no effect on them.
    package func setRecordingBehaviour(_ behaviour: Behaviour) { recordingReceiver.setBehaviour(behaviour) }

    /// Ends silent answers and closes all connections; may be called again.
    ///
    /// Blocks until the requests at work are done.
    package func stop() { server.stop() }

    private static func respond(
        to request: ServerRequest,
        _ receiver: RecordReceiver,
        _ recordings: RecordingReceiver
    ) -> ServerResponse {
        switch (request.path, request.method) {
        case ("/simulation", "GET"): json(200, receiver.statistics.json)
        case ("/simulation", "POST"): setBehaviour(request.body) { receiver.setBehaviour($0) }
        case ("/simulation/recordings", "POST"): setBehaviour(request.body) { recordings.setBehaviour($0) }
        case ("/simulation/recordings", _): notAllowed("POST")
        case ("/simulation", _): notAllowed("GET, POST")
        case (let path, "GET") where path.hasSuffix("/health"): json(200, Array(#"{"status":"ok"}"#.utf8))
        case (let path, _) where path.hasSuffix("/health"): notAllowed("GET")
        case (let path, "POST") where path.hasSuffix(recordsPath): receiver.respond(to: request)
        case (let path, _) where path.hasSuffix(recordsPath): notAllowed("POST")
        case (let path, "POST") where path.hasSuffix(recordingsPath): recordings.respond(to: request)
        case (let path, _) where path.hasSuffix(recordingsPath): notAllowed("POST")
        default: .error("there is nothing at this path", status: 404)
        }
    }

    private static let recordsPath = "/mqs/connectors/asterisk/cdr"

    private static let recordingsPath = "/mqs/recording"

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
