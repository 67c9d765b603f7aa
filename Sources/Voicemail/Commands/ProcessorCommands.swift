import Basics
package import Daemon

/// The commands whose work the second executable does, with the same words.
package enum ProcessorCommands {
    static let check = check { _ in
        Processor.replaceThis(with: Array(CommandLine.arguments.dropFirst()))
    }

    static let preview = preview { _ in
        Processor.replaceThis(with: Array(CommandLine.arguments.dropFirst()))
    }

    /// `voicemail check` with what it does.
    package static func check(_ run: @escaping Command.Work) -> Command {
        Command(
            "voicemail check",
            summary: "Try all that a mail of voicemail needs, but send none",
            discussion: "Looks at the settings, the template, the key, the endpoint, sendmail, the queue, and "
                + "voicemail.conf, and says what to do. Run it as Asterisk's user.",
            options: [.voicemailSettings],
            run: run
        )
    }

    /// `voicemail preview` with what it does.
    package static func preview(_ run: @escaping Command.Work) -> Command {
        Command(
            "voicemail preview",
            summary: "Write the mail that would be sent",
            discussion: "Writes the new mail to standard output, with an example as the text of the message. "
                + "Nothing is transcribed or sent.",
            options: [
                .voicemailSettings,
                .text("eml", "FILE", "A mail as Asterisk writes it; without it, an example"),
            ],
            run: run
        )
    }
}
