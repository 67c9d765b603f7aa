package import AMI
import Basics

extension CallActions {
    /// Adds a member to a queue; done at QueueMemberAdded.
    ///
    /// The error `Already there` is success.
    package static func add(
        _ device: String,
        named name: ShownText,
        to queue: Dialable,
        penalty: Int
    ) throws(AMIError) -> AMIAction {
        try AMIAction(
            "QueueAdd",
            [
                ("Queue", queue.description), ("Interface", device), ("MemberName", name.description),
                ("Penalty", String(max(penalty, 0))), ("StateInterface", device),
            ]
        )
    }

    /// Removes a member; done at QueueMemberRemoved.
    ///
    /// The error `Not there` is success.
    package static func remove(_ device: String, from queue: Dialable) throws(AMIError) -> AMIAction {
        try AMIAction("QueueRemove", [("Queue", queue.description), ("Interface", device)])
    }

    /// Pauses a member or makes it available; done at QueueMemberPause.
    ///
    /// - Parameter queue: `nil` for all queues.
    package static func pause(
        _ device: String,
        isOn: Bool,
        in queue: Dialable?,
        reason: ShownText?
    ) throws(AMIError) -> AMIAction {
        var headers = [("Interface", device), ("Paused", isOn ? "true" : "false")]
        if let queue { headers.append(("Queue", queue.description)) }
        if let reason { headers.append(("Reason", reason.description)) }
        return try AMIAction("QueuePause", headers)
    }

    /// Whether the text of a refusal means that there was nothing to do.
    package static func isDoneAlready(_ message: String) -> Bool {
        message.hasSuffix("Already there") || message.hasSuffix("Not there")
    }
}
