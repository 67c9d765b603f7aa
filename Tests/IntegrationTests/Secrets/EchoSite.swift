import Basics
import Glibc
import Synchronization
import TestSupport

/// A manager that sends calls of marked callers, and a proxy that answers for the API and repeats what it was sent: the
/// worst that can be on the other side of the connector.
final class EchoSite: Sendable {
    /// What the proxy answers to requests of records.
    private let status = Lock("400 Bad Request")
    private let refusesLogins = Atomic<Bool>(false)
    private let calls = Atomic<Int>(0)
    private let uploads = Atomic<Int>(0)

    let directory = TemporaryDirectory()
    let recordings = TemporaryDirectory()

    /// Callers as a PBX may show them, and what no log has of them.
    static let callers = ["+14165550177", "416-555-0177", "4165550177"]
    static let hidden = ["4165550177", "416-555-0177", "14165550177", "416555"]

    /// In the answers of the proxy: the callers, then whatever came with the request.
    private static func body(_ request: String) -> String {
        let headers = request.split(separator: "\r\n").filter { $0.lowercased().contains("authorization:") }
        return "no such caller \(callers.joined(separator: " or ")); \(headers.joined(separator: "; "))\n\(request)"
    }

    func setStatus(_ line: String) { status.withLock { $0 = line } }

    func refuseLogins() { refusesLogins.store(true, ordering: .relaxed) }

    /// The proxy; each first upload of a recording is refused for good, the next ones for the key.
    func startProxy() throws -> RawServer {
        try RawServer { [self] connection in
            while true {
                let request = try connection.readRequest()
                var answer = status.withLock { $0 }
                if request.contains("/mqs/recording") {
                    let isFirst = uploads.wrappingAdd(1, ordering: .relaxed).oldValue == 0
                    answer = isFirst ? "400 Bad Request" : "401 Unauthorized"
                }
                let body = Self.body(request)
                try connection.write("HTTP/1.1 \(answer)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            }
        }
    }

    func startManager() throws -> ScriptedManager {
        let script: ScriptedManager.Script = { [self] peer in
            if refusesLogins.load(ordering: .relaxed) {
                // Without a challenge the secret comes as it is.
                try peer.send("Asterisk Call Manager/11.0.0\r\n")
                _ = try peer.action()
                try peer.send("Response: Error\r\nMessage: no challenge today\r\n\r\n")
                let login = try peer.action().joined(separator: "; ")
                try peer.send("Response: Error\r\nMessage: from \(Self.callers[0]): \(login)\r\n\r\n")
            } else {
                try peer.acceptLogin()
                for caller in Self.callers { try peer.send(cdr(from: caller)) }
            }
            while true {
                let action = try peer.action()
                let id = action.first { $0.hasPrefix("ActionID: ") } ?? ""
                let answer =
                    action.contains("Action: Ping") ? "Success" : "Error\r\nMessage: \(Self.callers[0]) may not"
                try peer.send("Response: \(answer)\r\n\(id)\r\n\r\n")
            }
        }
        return try ScriptedManager([script], serial: false)
    }

    private func cdr(from caller: String) -> String {
        let number = calls.wrappingAdd(1, ordering: .relaxed).newValue
        return """
            Event: Cdr
            Privilege: cdr,all
            Source: \(caller)
            Destination: 101
            DestinationContext: from-internal
            CallerID: "\(caller)" <\(caller)>
            Channel: SIP/\(caller)-0000000\(number % 10)
            DestinationChannel: SIP/101-00000001
            LastApplication: Dial
            LastData: SIP/101
            StartTime: 2026-11-21 01:32:07
            AnswerTime: 2026-11-21 01:32:09
            EndTime: 2026-11-21 01:32:20
            Duration: 13
            BillableSeconds: 11
            Disposition: ANSWERED
            AMAFlags: DOCUMENTATION
            UniqueID: 1795224727.\(number)
            UserField: \(caller)


            """.replacing("\n", with: "\r\n")
    }

    /// Two recordings with the number of a caller in their names and in those of their folders.
    func writeRecordings() throws {
        for number in 1...2 {
            let folder = recordings.file("\(Self.callers[2])")
            unsafe mkdir(folder, 0o700)
            let path = "\(folder)/in-\(Self.callers[0])-101-20261121-013207-1795224727.\(number).wav"
            try FileContents.write([UInt8](repeating: 1, count: 3300), to: path)
            let time = timespec(tv_sec: Timestamp.now().seconds - 900, tv_nsec: 0)
            _ = unsafe utimensat(AT_FDCWD, path, [time, time], 0)
        }
    }

    /// All settings but the secret ones.
    func environment(managerPort: UInt16) -> [String: String] {
        [
            "API_URL": "http://api.invalid/v1", "AMI_HOST": "127.0.0.1", "AMI_PORT": "\(managerPort)",
            "AMI_USERNAME": "connector", "SPOOL_DIR": directory.file("spool"), "MONITORING_PORT": "0",
            "CALLERID_DIR": directory.file("callerid"), "API_PORT": "0", "AGI_PORT": "0",
            "CALLS_DB": directory.file("calls.db"), "CALLS_PORT": "0",
            "CDR_BATCH_FORCE_TIMEOUT": "1", "CDR_FILTER_ENABLED": "false", "API_GZIP": "false",
            "RECORDING_WATCH_PATHS": recordings.path, "RECORDING_CHECK_INTERVAL_SECONDS": "1",
            "RECORDING_MIN_AGE_MINUTES": "0", "RECORDING_UPLOAD_RETRY_MINUTES": "0", "CDR_MAX_CONCURRENT_UPLOADS": "1",
        ]
    }
}
