/// A warning or error that was written to the log, for someone who looks later.
package struct LogEntry: Sendable, Equatable {
    /// When it came last.
    package var time: Timestamp
    package let level: LogLevel
    package let component: String
    package let message: String
    /// Of the last time.
    package var fields: [Logger.Field]
    /// How often it came since it is known; those that were kept back count.
    package var count: Int

    package init(
        time: Timestamp,
        level: LogLevel,
        component: String,
        message: String,
        fields: [Logger.Field] = [],
        count: Int = 1
    ) {
        self.time = time
        self.level = level
        self.component = component
        self.message = message
        self.fields = fields
        self.count = count
    }
}
