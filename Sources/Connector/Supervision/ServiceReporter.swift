import Basics

/// Tells the service manager when the program is ready, when it stops, and in one line how it is.
///
/// Behind all other services: it begins when they do, and is the first to stop.
struct ServiceReporter: Service {
    let name = "service-manager"
    let manager: ServiceManager
    let status: @Sendable () -> StatusReport

    private static let interval = Duration.seconds(1)

    func run() async throws {
        defer { manager.stopping() }
        try Task.checkCancellation()
        manager.ready()
        var shown = ""
        while true {
            let line = status().line
            if line != shown { manager.status(line) }
            shown = line
            try await Task.sleep(for: Self.interval)
        }
    }
}
