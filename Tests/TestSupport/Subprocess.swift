package import Basics
package import Glibc

/// Another program, started for a test: its output by the line, signals to it, and how it ended.
///
/// It is killed when the last reference goes. Nothing here blocks the cooperative pool.
package final class Subprocess: Sendable {
    package enum ExitStatus: Sendable, Equatable {
        case exited(Int32)
        case killed(by: Int32)
    }

    package enum Stream: Sendable { case output, errors }

    package struct Line: Sendable {
        package let stream: Stream
        package let text: String
    }

    private let process: RunningProcess

    /// Starts a program, with the default action for every signal.
    ///
    /// - Parameters:
    ///   - arguments: the program first; looked for along PATH when there is no `/` in it.
    ///   - environment: all that it gets, but for PATH, which is inherited.
    ///   - input: the file on its standard input.
    package init(
        arguments: [String],
        environment: [String: String] = [:],
        input: String = "/dev/null"
    ) throws(SystemError) {
        process = try RunningProcess(arguments, environment, input: input)
    }

    /// Starts the connector that was built along with the tests, or the one that CONNECTOR_BINARY names.
    package static func connector(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = "/dev/null"
    ) throws(SystemError) -> Subprocess {
        try Subprocess(arguments: [Self.connectorPath] + arguments, environment: environment, input: input)
    }

    /// The built connector: it lies beside the program that runs the tests.
    package static let connectorPath: String = {
        if let path = unsafe getenv("CONNECTOR_BINARY") { return unsafe String(cString: path) }
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return path.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/asterisk-connector"
    }()

    /// What watches the built connector.
    package enum Sanitizer: Sendable {
        case address
        case thread
    }

    /// The sanitizer that the connector was built with, known by the name of the folder of the build.
    package static let sanitizer: Sanitizer? =
        connectorPath.contains("/tsan/") ? .thread : connectorPath.contains("/asan/") ? .address : nil

    /// Whether the connector was built with a sanitizer, which makes it several times slower.
    package static let isSanitized = sanitizer != nil

    deinit { process.send(SIGKILL) }

    package var processID: pid_t { process.id }

    /// All lines so far, of both streams in the order read.
    package var lines: [Line] { process.lines }

    /// The lines of one stream so far, as one text.
    package func text(of stream: Stream) -> String {
        lines.filter { $0.stream == stream }.map { $0.text + "\n" }.joined()
    }

    /// Waits for a line.
    ///
    /// - Parameters:
    ///   - text: what the line has in it.
    ///   - index: how many of the first lines do not count; `lines.count` waits for a new one.
    /// - Throws: `Unexpected` with all that was written, when time is up or the program ends first.
    @discardableResult
    package func line(
        containing text: String,
        after index: Int = 0,
        within limit: Duration = .seconds(120)
    ) async throws -> String {
        let found = await process.wait(until: .now + limit) { content -> String?? in
            if let line = content.lines.dropFirst(index).first(where: { $0.text.contains(text) }) { return line.text }
            return content.status == nil ? nil : .some(nil)
        }
        guard let line = found ?? nil else { throw Unexpected("no line contains '\(text)'", lines) }
        return line
    }

    /// Sends a signal, unless the program has ended.
    package func terminate(_ signal: Int32 = SIGTERM) { process.send(signal) }

    /// Stops the program until `proceed`; blocks until the last of its threads stands still, which takes microseconds.
    package func freeze() {
        process.send(SIGSTOP)
        var information = unsafe siginfo_t()
        let flags = WSTOPPED | WEXITED | WNOWAIT
        while unsafe waitid(P_PID, id_t(processID), &information, flags) < 0, errno == EINTR { continue }
    }

    package func proceed() { process.send(SIGCONT) }

    /// Waits for the end of the program and of its output.
    ///
    /// The last lines of a program that failed are printed: a failed comparison of statuses alone does not give the reason.
    ///
    /// - Throws: `Unexpected` when time is up, and the program goes on; or when the program crashed, which no test expects.
    @discardableResult
    package func exitStatus(within limit: Duration = .seconds(120)) async throws -> ExitStatus {
        guard let status = await process.wait(until: .now + limit, { $0.status }) else {
            throw Unexpected("still running after \(limit)", lines)
        }
        if lines.contains(where: { Self.crashes.contains(where: $0.text.contains) }) {
            throw Unexpected("crashed, \(status)", lines)
        }
        if status != .exited(0), status != .killed(by: SIGKILL) {
            print("subprocess \(processID): \(status); its last lines:")
            for line in lines.suffix(8) { print("  \(line.text)") }
        }
        return status
    }

    /// What the sanitizers and the Swift runtime write about a crash.
    private static let crashes = [
        "ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer", "Fatal error:",
    ]

    /// What did not happen, and all that the program wrote.
    package struct Unexpected: Error, CustomStringConvertible {
        package let description: String

        fileprivate init(_ what: String, _ lines: [Line]) {
            description = what + "; the program wrote:\n" + lines.map { "  \($0.text)\n" }.joined()
        }
    }
}
