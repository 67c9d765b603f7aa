import Basics
import Glibc

/// Output of commands to the terminal.
package enum Terminal {
    /// An output stream; the raw value is its file descriptor.
    package enum Stream: Int32 {
        case output = 1
        case errors = 2
    }

    /// Writes all of `text` and blocks until it is written; errors such as a closed pipe are ignored.
    package static func write(_ text: String, to stream: Stream) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(stream.rawValue, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Writes an error message to standard error, prefixed with the name of the program.
    package static func complain(_ text: String) { write("\(ProgramDefinition.name): \(text)\n", to: .errors) }

    /// Whether the stream is a terminal.
    package static func isInteractive(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

    /// Whether text in the stream may have colours: on a terminal, unless NO_COLOR is set and not empty.
    package static func hasColours(_ stream: Stream) -> Bool {
        hasColours(isInteractive: isInteractive(stream), environment: (try? ProcessEnvironment.read()) ?? [:])
    }

    /// - Parameter environment: the variables of the process; https://no-color.org describes NO_COLOR.
    static func hasColours(isInteractive: Bool, environment: [String: String]) -> Bool {
        isInteractive && environment["NO_COLOR", default: ""].isEmpty
    }
}
