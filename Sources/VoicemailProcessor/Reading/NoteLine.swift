/// The line that `emailbody` of voicemail.conf writes for this program.
///
///     p=NAME~DATE~CALLERID~MAILBOX~MSGNUM~DURATION
///
/// It is the first of the text and everything up to its end, because the name of a caller may hold line ends and `~`.
/// So it is cut from both ends, and what remains in the middle is the caller id.
enum NoteLine {
    /// - Returns: `nil` when the text does not begin with such a line, or when it has fewer than six parts.
    static func note(in text: String) -> VoicemailNote? {
        guard text.hasPrefix("p=") else { return nil }
        var line = text.dropFirst(2)
        while let last = line.last, last.isNewline { line.removeLast() }
        let parts = line.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count >= 6 else { return nil }
        var note = VoicemailNote()
        note.name = String(parts[0])
        note.dateText = String(parts[1])
        note.callerID = parts[2..<(parts.count - 3)].joined(separator: "~")
        note.mailbox = String(parts[parts.count - 3])
        note.messageNumber = number(parts[parts.count - 2])
        note.duration = seconds(parts[parts.count - 1])
        (note.callerName, note.callerNumber) = CallerIDText.split(note.callerID)
        return note
    }

    /// Whole seconds of `M:SS`, `H:MM:SS` or a number of seconds.
    static func seconds(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { number($0) }
        guard (1...3).contains(parts.count) else { return nil }
        var seconds = 0
        for (index, part) in parts.enumerated() {
            guard let part, index == 0 || part < 60 else { return nil }
            seconds = seconds * 60 + part
        }
        return seconds
    }

    /// A number of at most nine digits.
    static func number(_ text: Substring) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }
}
