import Basics
import Glibc
import HTTP
import Simulation
import TestSupport

/// A folder of recordings beside a simulated PBX and API, and the built connector that watches it.
struct RecordingSite {
    let site: SimulatedSite
    let folder = TemporaryDirectory()

    init() async throws { site = try await SimulatedSite() }

    var api: SimulatedAPI { site.api }

    /// - Parameter url: of another receiver than the simulated API.
    func environment(_ changes: [String: String] = [:], url: String? = nil) -> [String: String] {
        var environment = site.environment
        environment["RECORDING_WATCH_PATHS"] = folder.path
        environment["RECORDING_CHECK_INTERVAL_SECONDS"] = "1"
        environment["RECORDING_MIN_AGE_MINUTES"] = "0"
        environment["RECORDING_MIN_FILE_SIZE"] = "0"
        environment["RECORDING_UPLOAD_RETRY_MINUTES"] = "1"
        if let url { environment["API_URL"] = url }
        return environment.merging(changes) { $1 }
    }

    func start(_ changes: [String: String] = [:], url: String? = nil) throws -> Subprocess {
        try Subprocess.connector(["run"], environment: environment(changes, url: url))
    }

    func path(_ name: String) -> String { folder.file(name) }

    /// Writes a file that nobody has written to for so many seconds: after ten minutes no CDR is waited for.
    func write(_ name: String, _ bytes: [UInt8], age: Int = 600) throws {
        try FileContents.write(bytes, to: path(name))
        setAge(of: name, age)
    }

    func setAge(of name: String, _ age: Int) {
        let time = timespec(tv_sec: Int(Timestamp.now().seconds) - age, tv_nsec: 0)
        _ = unsafe utimensat(AT_FDCWD, path(name), [time, time], 0)
    }

    func exists(_ name: String) -> Bool { unsafe access(path(name), F_OK) == 0 }

    /// A sample of /metrics; `nil` when there is none of this name.
    func metric(_ name: String, of process: Subprocess) async throws -> Double? {
        try await process.metric(name)
    }

    /// Waits until so many recordings were uploaded.
    func uploaded(_ count: Int, by process: Subprocess) async throws {
        try await eventually("\(count) recordings were uploaded") {
            try await metric("recordings_uploaded_total", of: process) ?? 0 >= Double(count)
        }
    }

    /// Stops everything, and answers how the connector ended.
    func finish(_ process: Subprocess) async throws -> Subprocess.ExitStatus {
        process.terminate()
        let status = try await process.exitStatus()
        await site.stop()
        return status
    }
}
