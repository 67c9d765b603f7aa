import Basics
import Daemon
import Glibc
import Voicemail

/// The template of the mails, from the first file that is there.
struct TemplateFile {
    static let usualPaths = ["/etc/asterisk/voicemail-email.template", "/etc/asterisk/voicemail-email.conf"]

    let template: Template
    /// The path; `nil` for the built-in one.
    let path: String?
    /// Sentences on what is wrong with it; the built-in one is used when it cannot be.
    let warnings: [String]

    /// Reads it; blocks.
    init(_ configuration: VoicemailConfiguration, usualPaths: [String] = usualPaths) throws(TemplateError) {
        let candidates: [String] =
            configuration.template.map { [$0] } ?? usualPaths.filter { unsafe access($0, F_OK) == 0 }
        guard let path = candidates.first else {
            template = try Template(Template.builtIn)
            self.path = nil
            warnings = []
            return
        }
        var warnings: [String] = []
        do {
            let bytes = try FileContents.read(path, limit: Template.largest)
            template = try Template(bytes[...].text)
            self.path = path
            warnings += template.warnings.map { "\(path), \($0)" }
            if Self.isWritableByOthers(path) { warnings.append("\(path) may be written by others; chmod o-w it") }
        } catch {
            template = try Template(Template.builtIn)
            self.path = nil
            warnings.append("\(path) is not used, the built-in template is: \(error)")
        }
        self.warnings = warnings
    }

    private static func isWritableByOthers(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IWOTH != 0
    }
}
