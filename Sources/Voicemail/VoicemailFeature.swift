package import Daemon

/// Voicemail: mails of Asterisk go out with the text of the message.
///
/// Asterisk starts `voicemail mail` for each mail and removes its own copy when that ends. So this executable does little:
/// it keeps the mail (`MailQueue`), starts the second executable (`Processor`), which has the message transcribed and
/// writes the new mail, and gives the unchanged mail to sendmail when that fails (`MailSender`).
package struct VoicemailFeature: Feature {
    package static let name = "voicemail"
    package static let settings = [VoicemailConfiguration.settings]
    package static let commands = [
        MailCommand.command, FlushCommand.command, ProcessorCommands.check, ProcessorCommands.preview,
    ]
    package static let commandGroups = [
        CommandGroup(word: "voicemail", summary: "Mails of voicemail with the text of the message")
    ]
}
