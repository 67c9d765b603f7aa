package import Basics

/// Tells the service manager when the program is ready, when it stops, and in one line how it is.
///
/// Behind all other services: it begins when they do, and is the first to stop.
package struct ServiceReporter: Service {
    package let name = "service-manager"
    let manager: ServiceManager
    /// How the program is, in one line.
    let status: @Sendable () -> String

    package init(manager: ServiceManager, status: @escaping @Sendable () -> String) {
        self.manager = manager
        self.status = status
    }

    private static let interval = Duration.seconds(1)

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
