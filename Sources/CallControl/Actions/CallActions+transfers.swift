package import AMI
import Basics

extension CallActions {
    /// The variables that the dialplan of transfers reads from the customer's channel, to be set before it is moved.
    package static func prepare(
        _ customer: ChannelAddress,
        for plan: Transfer.Plan
    ) throws(AMIError) -> [AMIAction] {
        let values = [
            ("CALL_TARGET_CONTEXT", plan.context), ("CALL_RETURN", plan.from),
            ("CALL_RING_SECONDS", String(max(plan.ringTime.components.seconds, 1))), ("CALL_TRANSFER_ID", plan.id),
        ]
        var actions: [AMIAction] = []
        for (name, value) in values {
            actions.append(
                try AMIAction("Setvar", [("Channel", customer.uniqueID), ("Variable", name), ("Value", value)])
            )
        }
        return actions
    }

    /// Moves the one who talks with a channel to an extension.
    ///
    /// "Transfer succeeded" says only that the channel was moved, also to an extension that does not exist: ask `exists`
    /// before.
    package static func blindTransfer(
        from agent: ChannelAddress,
        to extension: Dialable,
        in context: String
    ) throws(AMIError) -> AMIAction {
        try AMIAction(
            "BlindTransfer",
            [("Channel", agent.uniqueID), ("Context", context), ("Exten", `extension`.description)]
        )
    }

    /// Rings the target of a consultation, which then waits to be bridged; the events of `channelID` tell the rest.
    package static func ringTarget(
        _ device: String,
        channelID: String,
        plan: Transfer.Plan,
        callerID: ShownText?,
        _ contexts: Contexts
    ) throws(AMIError) -> AMIAction {
        var headers = [
            ("Channel", device), ("Context", contexts.hold), ("Exten", "holder"), ("Priority", "1"), ("Async", "true"),
            ("ChannelId", channelID), ("Timeout", milliseconds(plan.ringTime)), ("Variable", "TRANSFER_ID=\(plan.id)"),
        ]
        if let callerID { headers.append(("CallerID", callerID.description)) }
        return try AMIAction("Originate", headers)
    }

    // MARK: Questions

    /// Asks for `1` or `0`: whether a context has an extension.
    package static func exists(_ extension: Dialable, in context: Dialable) throws(AMIError) -> AMIAction {
        try variable("DIALPLAN_EXISTS(\(context),\(`extension`),1)")
    }

    /// Asks for `1` or `0`: whether there is a queue.
    package static func queueExists(_ name: Dialable) throws(AMIError) -> AMIAction {
        try variable("QUEUE_EXISTS(\(name))")
    }

    /// Asks for the state of a device, such as `NOT_INUSE`.
    package static func state(of device: String) throws(AMIError) -> AMIAction {
        try variable("DEVICE_STATE(\(device))")
    }

    private static func variable(_ name: String) throws(AMIError) -> AMIAction {
        try AMIAction("Getvar", [("Variable", name)])
    }
}
