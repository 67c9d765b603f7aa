package import Basics

/// What a voicemail mail says about the message; text is empty and the rest `nil` where it is unknown.
///
/// All of it may come from a caller: it holds line ends, quotes and markup. It is never put into a header.
package struct VoicemailNote: Sendable, Equatable {
    /// The name of the mailbox's owner: VM_NAME.
    package var name = ""
    /// The date as Asterisk writes it: VM_DATE.
    package var dateText = ""
    /// Name and number as Asterisk joins them, such as `"Ann" <4165550000>`: VM_CALLERID.
    package var callerID = ""
    package var callerName = ""
    package var callerNumber = ""
    /// The number of the mailbox: VM_MAILBOX.
    package var mailbox = ""
    /// The context of the mailbox; a mail does not say it.
    package var context = ""
    /// The number of the message in its folder, from 1: VM_MSGNUM.
    package var messageNumber: Int?
    /// The length of the message in seconds.
    package var duration: Int?
    /// The instant in the Date header.
    package var date: Timestamp?
    /// The name in the To header.
    package var recipientName = ""
    /// The first address in the To header.
    package var recipientEmail = ""
    /// The Message-ID header with its angle brackets.
    package var messageID = ""

    package init() {}
}
