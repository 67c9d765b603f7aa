/// A mailbox that is full, or soon will be.
struct MailboxAlert: Equatable {
    let text: String
    /// The value of VM_ALERT_CLASS.
    let cssClass: String

    /// - Returns: `nil` below 75 % of `limit`, without a limit, or when the number of messages is unknown.
    init?(messages: Int?, of limit: Int) {
        guard let messages, limit > 0, messages >= 0 else { return nil }
        if messages >= limit {
            text = "Alert: the mailbox is full (\(messages) of \(limit) messages). Delete messages to receive new ones."
            cssClass = "alert-danger"
        } else if messages * 4 >= limit * 3 {
            text = "Warning: the mailbox is almost full (\(messages) of \(limit) messages)."
            cssClass = "alert-warning"
        } else {
            return nil
        }
    }
}
