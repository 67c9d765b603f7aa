/// What goes into a mail beside what the mail itself and its transcript say.
package struct MailValues: Sendable {
    package var footer: String
    /// How many messages a mailbox holds, for warnings; 0: none.
    package var maximumMessages: Int
    package var hostName: String

    package init(footer: String, maximumMessages: Int, hostName: String) {
        self.footer = footer
        self.maximumMessages = maximumMessages
        self.hostName = hostName
    }

    /// The values of a template by their names.
    package func named(_ note: VoicemailNote, _ transcript: Transcript?) -> [String: String] {
        let alert = MailboxAlert(messages: note.messageNumber, of: maximumMessages)
        return [
            "TITLE": note.messageNumber.map { "Voicemail Message #\($0)" } ?? "Voicemail Message",
            "VM_NAME": note.name,
            "VM_DATE": note.dateText,
            "VM_CALLERID": note.callerID,
            "VM_CIDNAME": note.callerName,
            "VM_CIDNUM": note.callerNumber,
            "VM_MAILBOX": note.mailbox,
            "VM_CONTEXT": note.context,
            "VM_MSGNUM": note.messageNumber.map { "\($0)" } ?? "",
            "VM_DURATION": note.duration.map { "\($0)" } ?? "",
            "VM_ALERT": alert?.text ?? "",
            "VM_ALERT_CLASS": alert?.cssClass ?? "",
            "TRANSCRIPTION": transcript?.text ?? "",
            "FOOTER": footer,
            "HOSTNAME": hostName,
        ]
    }
}
