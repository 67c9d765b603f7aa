package import Basics

/// The log of something under test, as lines.
package final class LogLines: Sendable {
    private let bytes = Lock<[UInt8]>([])

    package init() {}

    /// Where the log has to go.
    package var sink: LogSink { LogSink { line in self.bytes.withLock { $0 = $0 + line } } }

    /// The lines so far.
    package var lines: [String] {
        bytes.withLock { $0.map { $0 } }.split(separator: ASCII.newline).map { String(decoding: $0, as: UTF8.self) }
    }
}
