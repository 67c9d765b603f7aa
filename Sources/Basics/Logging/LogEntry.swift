/// A warning or error that was logged, kept so that it can be shown later.
package struct LogEntry: Sendable, Equatable {
    /// The time of the last occurrence.
    package var time: Timestamp
    package let level: LogLevel
    package let component: String
    package let message: String
    /// The fields of the last occurrence.
    package var fields: [Logger.Field]
    /// How often it occurred since it was first kept, including repetitions that were not written.
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
