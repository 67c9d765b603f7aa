package import Basics

/// Reports to the service manager when the program is ready, when it stops, and its status in one line.
///
/// It comes after all other services: it starts when they have started, and is the first to stop.
package struct ServiceReporter: Service {
    package let name = "service-manager"
    let manager: ServiceManager
    /// The status of the program in one line.
    let status: @Sendable () -> String

    package init(manager: ServiceManager, status: @escaping @Sendable () -> String) {
        self.manager = manager
        self.status = status
    }

    private static let interval = Duration.seconds(1)

    /// Reports until cancelled; looks for a new status each second.
    package func run() async throws {
        defer { manager.stopping() }
        try Task.checkCancellation()
        manager.ready()
        var shown = ""
        while true {
            let line = status()
            if line != shown { manager.status(line) }
            shown = line
            try await Task.sleep(for: Self.interval)
        }
    }
}
