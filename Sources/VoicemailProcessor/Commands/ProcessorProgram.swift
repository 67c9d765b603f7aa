import Basics
package import Daemon
import Glibc
import Voicemail

/// The program `asterisk-connector-voicemail`, which `asterisk-connector` starts; not for persons.
package enum ProcessorProgram {
    /// `check` and `preview` with the words of `asterisk-connector`.
    static let definition = ProgramDefinition(
        commands: [ProcessorCommands.check(CheckCommand.run), ProcessorCommands.preview(PreviewCommand.run)],
        groups: VoicemailFeature.commandGroups,
        settings: VoicemailFeature.sections
    )

    /// Runs `process FILE`, where the file is the kept mail and also standard input, or a command of a person.
    ///
    /// - Parameter arguments: those of the process, without its name.
    package static func run(_ arguments: [String]) async -> ExitCode {
        Signals.ignoreBrokenPipes()
        guard arguments.first == "process", arguments.count >= 2 else {
            return await Program.run(definition, arguments)
        }
        return await process(arguments[1], envFile: arguments.count >= 4 ? arguments[3] : nil)
    }

    private static func process(_ path: String, envFile: String?) async -> ExitCode {
        // `mail` has reported what is wrong with the settings.
        let settings = VoicemailSettings.load(envFile: envFile)
        let journal = VoicemailJournal(settings)
        guard let mail = KeptMail(path: path, inherited: 0) else {
            journal.warning("mail not open as standard input")
            return .internalError
        }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return await MailProcessor(settings, folder: folder, journal: journal).process(mail)
    }
}
