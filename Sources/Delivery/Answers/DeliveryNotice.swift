package import Basics

/// A log line about the delivery that is not written yet.
package struct DeliveryNotice: Sendable, Equatable {
    package let level: LogLevel
    package let message: String
    package var fields: [Logger.Field]
    private let collapsing: Bool

    /// - Parameter collapsing: whether repeated lines may be collapsed; `false` when each one matters.
    package init(_ level: LogLevel, _ message: String, _ fields: [Logger.Field] = [], collapsing: Bool = true) {
        self.level = level
        self.message = message
        self.fields = fields
        self.collapsing = collapsing
    }

    /// Writes the line.
    package func write(to log: Logger) {
        switch level {
        case .debug: log.debug(message, fields)
        case .info: log.info(message, fields)
        case .warning: log.warning(message, fields, collapsing: collapsing)
        case .error: log.error(message, fields, collapsing: collapsing)
        }
    }
}
