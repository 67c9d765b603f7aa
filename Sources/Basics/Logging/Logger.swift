/// Writes the log of one component: one line each, with UTC time, level, component, message and key=value.
///
/// A message is a constant text, with its values in fields: docs/logs.md lists all messages.
package struct Logger: Sendable {
    /// A named value that follows the message.
    ///
    /// Unless the level is DEBUG, callers' numbers in it are masked, except where no caller data can occur.
    package struct Field: Sendable, Equatable {
        package let key: String
        package let value: String
        /// Whether the value cannot contain caller data.
        package let isOwn: Bool

        /// Text from outside: from callers, from the API, or from the system about a file.
        package init(_ key: String, _ value: some CustomStringConvertible) {
            self.init(key, value.description, isOwn: false)
        }

        /// A count or a size.
        package init(_ key: String, _ value: some BinaryInteger) { self.init(key, value.description, isOwn: true) }

        /// Text that comes from this program or its configuration.
        package init(own key: String, _ value: some CustomStringConvertible) {
            self.init(key, value.description, isOwn: true)
        }

        private init(_ key: String, _ value: String, isOwn: Bool) {
            self.key = key
            self.value = value
            self.isOwn = isOwn
        }

        func redacted(_ redaction: Redaction) -> Field { Field(key, redaction.shown(value), isOwn: isOwn) }

        /// The field as it is written when the level is not DEBUG.
        package var masked: Field { isOwn ? self : Field(key, Masking.masked(value), isOwn: true) }
    }

    private let sink: LogSink
    private let component: String

    package init(_ component: String, sink: LogSink) {
        self.component = component
        self.sink = sink
    }

    /// The same log for another component.
    package func component(_ name: String) -> Logger { Logger(name, sink: sink) }

    /// The last warnings and errors of all components: see `LogSink.recent`.
    package var recent: [LogEntry] { sink.recent }

    package func debug(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> [Field] = []) {
        guard sink.level == .debug else { return }
        sink.write(.debug, component, message(), fields())
    }

    package func info(_ message: String, _ fields: [Field] = []) { sink.write(.info, component, message, fields) }

    /// Logs a problem that does not stop the work; docs/logs.md says what to do about it.
    ///
    /// - Parameter collapsing: false for a message that must be written each time, however often it occurs.
    package func warning(_ message: String, _ fields: [Field] = [], collapsing: Bool = true) {
        sink.write(.warning, component, message, fields, collapsing: collapsing)
    }

    /// Logs that something does not work; docs/logs.md says what to do about it.
    ///
    /// - Parameter collapsing: as in `warning`.
    package func error(_ message: String, _ fields: [Field] = [], collapsing: Bool = true) {
        sink.write(.error, component, message, fields, collapsing: collapsing)
    }

    /// Writes the repetitions whose minute is over: see `LogSink.flushRepetitions`.
    package func flushRepetitions() { sink.flushRepetitions() }
}
