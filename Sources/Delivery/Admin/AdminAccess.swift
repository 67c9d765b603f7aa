package import Basics
import Daemon
import Glibc
import HTTP
import Spool

/// Connects a command to the admin API: through the running process, or directly to the spool when none runs.
package struct AdminAccess: Sendable {
    private enum Way: Sendable {
        case socket(HTTPClient)
        /// This process has opened the spool and locks others out.
        case spool(RecordSpool)
    }

    private let way: Way

    /// How long to wait for a process that starts or stops: it has the spool but no socket for a moment.
    private static let timeout = Duration.seconds(3)

    /// Connects; creates nothing when there is no spool.
    init(_ configuration: SpoolConfiguration, log: Logger) async throws(AdminError) {
        let deadline = ContinuousClock.now + Self.timeout
        while true {
            if let client = try await Self.socket(in: configuration.directory) {
                way = .socket(client)
                return
            }
            let opened: Result<RecordSpool, AdminError>
            do throws(SystemError) {
                opened = try await Thread.run("spool-open") { Self.open(configuration, log: log) }
            } catch {
                throw AdminError(.unavailable, "\(error)")
            }
            switch opened {
            case .success(let spool):
                way = .spool(spool)
                return
            case .failure(let error):
                guard error.kind == .busy, ContinuousClock.now < deadline else { throw error }
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Whether a process answers at the control socket; throws when a process is there but does not answer.
    package static func answers(in directory: String) async throws(AdminError) -> Bool {
        guard let client = try await socket(in: directory) else { return false }
        await client.close()
        return true
    }

    /// A client of the running process; `nil` when no process listens.
    private static func socket(in directory: String) async throws(AdminError) -> HTTPClient? {
        let path = ControlSocket.path(in: directory)
        guard unsafe access(path, F_OK) == 0 || errno == EACCES else { return nil }
        var configuration = HTTPClient.Configuration(userAgent: Version.userAgent)
        configuration.unixSocket = path
        configuration.connectTimeout = .seconds(5)
        let client: HTTPClient
        do throws(HTTPError) {
            client = try HTTPClient(configuration)
            // The answer to this request needs no disk.
            var probe = AdminRequest.spoolStatus.http
            probe.timeout = .seconds(5)
            _ = try await client.send(probe)
            return client
        } catch {
            switch error {
            case .unreachable, .unresolved: return nil
            default: throw silence
            }
        }
    }

    private static let silence = AdminError(
        .busy,
        "the connector that has the spool gives no answer at its control socket; try again, and when that does not help,"
            + " look at its log and restart it"
    )

    /// Opens the spool if there is one.
    ///
    /// Blocks.
    private static func open(_ configuration: SpoolConfiguration, log: Logger) -> Result<RecordSpool, AdminError> {
        let database = "\(configuration.directory)/spool.db"
        // The second name exists when the process was killed while one database replaced another.
        let isThere = unsafe access(database, F_OK) == 0 || access(database + ".next", F_OK) == 0
        guard isThere else {
            let reason = SystemError("open", database)
            guard reason.code == ENOENT else {
                let advice = "run this as root or as the user of the connector"
                return .failure(AdminError(.unavailable, "\(reason); \(advice)"))
            }
            return .failure(
                AdminError(
                    .unavailable,
                    "there is no spool in \(configuration.directory); give the settings of the connector with --env-file"
                        + " or SPOOL_DIR, or start it with 'asterisk-connector run', which makes the spool"
                )
            )
        }
        do throws(SpoolError) {
            return .success(try RecordSpool(configuration, log: log))
        } catch {
            return .failure(AdminError(error))
        }
    }

    /// Runs a request and returns the answer in JSON.
    package func ask(_ request: AdminRequest) async throws(AdminError) -> [UInt8] {
        switch way {
        case .spool(let spool): return try await AdminAPI(spool).answer(request)
        case .socket(let client):
            let response: HTTPResponse
            do throws(HTTPError) {
                response = try await client.send(request.http)
            } catch {
                throw Self.silence
            }
            guard response.status != 200 else { return response.body }
            let text = (try? JSONParser.parse(response.body[...]))?["error"]?.string
            throw AdminError(
                AdminError.Kind(rawValue: response.status) ?? .unavailable,
                text ?? "the connector answers HTTP \(response.status): \(response.text)"
            )
        }
    }

    /// Runs a request and returns the parsed answer.
    package func json(_ request: AdminRequest) async throws(AdminError) -> JSONValue {
        let answer = try await ask(request)
        do throws(JSONError) {
            return try JSONParser.parse(answer[...])
        } catch {
            throw AdminError(.unavailable, "the answer of the connector cannot be read: \(error)")
        }
    }

    /// Closes the connection or the spool, so that other processes can open it.
    func close() async {
        switch way {
        case .socket(let client): await client.close()
        case .spool(let spool): await spool.close()
        }
    }
}
