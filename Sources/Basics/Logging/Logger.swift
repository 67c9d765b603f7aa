/// Writes the log of one component: one line each, UTC time, level, component, message, key=value.
package struct Logger: Sendable {
    /// A named value behind the message.
    package struct Field: Sendable, Equatable {
        package let key: String
        package let value: String

        package init(_ key: String, _ value: some CustomStringConvertible) {
            self.key = key
            self.value = value.description
        }
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
    package func error(_ message: String, _ fields: [Field] = []) { sink.write(.error, component, message, fields) }

    /// A caller's number as the log may show it: outside DEBUG only its last four digits.
    package func masked(_ number: String) -> String {
        guard sink.level != .debug, number.count > 4 else { return number }
        return String(repeating: "*", count: number.count - 4) + number.suffix(4)
    }
}
