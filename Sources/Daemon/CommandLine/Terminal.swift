import Basics
import Glibc

/// Where a command talks to the person who started it.
package enum Terminal {
    package enum Stream: Int32 {
        case output = 1
        case errors = 2
    }

    /// Writes all of `text`; a reader that went away is no error worth telling.
    package static func write(_ text: String, to stream: Stream) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(stream.rawValue, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Tells the person what went wrong, under the name of the program.
    package static func complain(_ text: String) { write("\(ProgramDefinition.name): \(text)\n", to: .errors) }

    /// Whether a person watches; NO_COLOR (no-color.org) and pipes get plain text.
    package static func isInteractive(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }
}
