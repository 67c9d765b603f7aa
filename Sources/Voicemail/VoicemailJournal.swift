import Basics
import Glibc

/// What the commands `voicemail` report: warnings to syslog, and with `DEBUG` all steps to a file.
///
/// Texts have neither the text of a message, nor a name, nor more than the last four digits of a number. Never fails;
/// blocks for a short write.
package struct VoicemailJournal: Sendable {
    private let file: String?
    private let redaction: Redaction
    /// Whether warnings also go to standard error: for commands that a person or systemd starts.
    private let echoes: Bool

    package init(_ settings: VoicemailSettings.Outcome, echoes: Bool = false) {
        file = settings.configuration.debug ? settings.configuration.logFile : nil
        redaction = Redaction(settings.secrets)
        self.echoes = echoes
    }

    /// Reports something that an administrator should look at.
    package func warning(_ text: String) {
        let line = shown(text)
        unsafe Self.identity.withUnsafeBufferPointer { identity in
            unsafe openlog(identity.baseAddress, LOG_PID, Int32(LOG_MAIL))
            unsafe withVaList([]) { arguments in
                // The text is no format: each % is doubled.
                unsafe vsyslog(
                    LOG_WARNING,
                    line.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%"),
                    arguments
                )
            }
            closelog()
        }
        if echoes { write("asterisk-connector: warning: \(line)\n", to: 2) }
        append("warning: \(line)")
    }

    /// Writes a step to the file, if that is wanted.
    package func step(_ text: @autoclosure () -> String) {
        guard file != nil else { return }
        append(shown(text()))
    }

    private static let identity = Array("asterisk-connector-voicemail".utf8CString)

    /// One line without secrets and numbers of callers.
    private func shown(_ text: String) -> String {
        let line = String(decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7f ? ASCII.space : $0 }, as: UTF8.self)
        return Masking.masked(redaction.applied(to: line))
    }

    private func append(_ line: String) {
        guard let file else { return }
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
        let descriptor = FileDescriptor(unsafe open(file, flags, 0o640))
        guard descriptor.isOpen else { return }
        write("\(Timestamp.now()) [\(getpid())] \(line)\n", to: descriptor.number)
    }

    private func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
