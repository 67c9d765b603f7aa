import Basics

/// The state of the monitoring port, for the control socket and the service manager.
package final class MonitoringPort: Sendable {
    /// Where the port listens, or why it does not.
    package struct Status: Sendable, Equatable {
        /// The URL at which it listens, without a path; `nil` while it does not listen.
        package var url: String?
        /// Why it does not listen; `nil` while it does, and before the first attempt.
        package var error: String?

        package init(url: String? = nil, error: String? = nil) {
            self.url = url
            self.error = error
        }
    }

    private let state = Lock(Status())

    package init() {}

    /// The current state; can be read and set from any thread.
    package var status: Status {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
