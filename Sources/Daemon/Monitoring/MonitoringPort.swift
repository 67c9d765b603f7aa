import Basics

/// How the monitoring port is, for those who ask elsewhere: the control socket, the service manager.
package final class MonitoringPort: Sendable {
    package struct Status: Sendable, Equatable {
        /// Where it listens, without a path; `nil` while it does not.
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

    package var status: Status {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
