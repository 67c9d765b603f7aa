/// Writes the log of one component: one line each, UTC time, level, component, message, key=value.
///
/// A message is always the same words, without a value in it: docs/logs.md has all of them.
package struct Logger: Sendable {
    /// A named value behind the message.
    ///
    /// Outside of DEBUG the numbers of callers in it are masked, unless no caller can have a part in it.
    package struct Field: Sendable, Equatable {
        package let key: String
        package let value: String
        /// Whether no caller can have a part in it.
        package let isOwn: Bool

        /// Text that may have been anywhere: of callers, of the API, of the system about a file.
        package init(_ key: String, _ value: some CustomStringConvertible) {
            self.init(key, value.description, isOwn: false)
        }

        /// A count or a size.
        package init(_ key: String, _ value: some BinaryInteger) { self.init(key, value.description, isOwn: true) }

        /// What this program or its configuration says.
        package init(own key: String, _ value: some CustomStringConvertible) {
            self.init(key, value.description, isOwn: true)
        }

        private init(_ key: String, _ value: String, isOwn: Bool) {
            self.key = key
            self.value = value
            self.isOwn = isOwn
        }

        func redacted(_ redaction: Redaction) -> Field { Field(key, redaction.shown(value), isOwn: isOwn) }

        /// As it is written outside of DEBUG.
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

    /// Something is worse than it should be, and goes on; the message says what to do.
    ///
    /// - Parameter collapsing: false for what must be told each time, however often it comes.
    package func warning(_ message: String, _ fields: [Field] = [], collapsing: Bool = true) {
        sink.write(.warning, component, message, fields, collapsing: collapsing)
    }

    /// Something does not work; the message says what to do.
    ///
    /// - Parameter collapsing: as of a warning.
    package func error(_ message: String, _ fields: [Field] = [], collapsing: Bool = true) {
        sink.write(.error, component, message, fields, collapsing: collapsing)
    }

    /// Writes what was kept back as a repetition for long enough: see `LogSink.tellRepetitions`.
    package func tellRepetitions() { sink.tellRepetitions() }
}
