package import Basics

/// A line for the log about the delivery, not yet written.
package struct DeliveryNotice: Sendable, Equatable {
    package let level: LogLevel
    package let message: String
    package var fields: [Logger.Field]
    private let collapsing: Bool

    /// - Parameter collapsing: false for what must be told each time.
    package init(_ level: LogLevel, _ message: String, _ fields: [Logger.Field] = [], collapsing: Bool = true) {
        self.level = level
        self.message = message
        self.fields = fields
        self.collapsing = collapsing
    }

    package func write(to log: Logger) {
        switch level {
        case .debug: log.debug(message, fields)
        case .info: log.info(message, fields)
        case .warning: log.warning(message, fields, collapsing: collapsing)
        case .error: log.error(message, fields, collapsing: collapsing)
        }
    }
}
