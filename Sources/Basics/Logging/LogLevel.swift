/// The severity of a log line; `LOG_LEVEL` names the lowest severity that is written.
package enum LogLevel: String, Sendable, Comparable, CaseIterable {
    case debug = "DEBUG"
    case info = "INFO"
    case warning = "WARNING"
    case error = "ERROR"

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}

/// The form of a log line.
package enum LogFormat: String, Sendable, CaseIterable {
    case text
    case json
}
