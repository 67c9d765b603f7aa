package import AMI
import Basics

/// The AMI actions that control calls and agents.
///
/// Each is only the text of the request: that Asterisk accepted it says nothing about the call. Which event tells is said
/// with each. Sources: main/manager.c, res_features, app_queue.c, app_mixmonitor.c of Asterisk 22.
package enum CallActions {
    /// The contexts of `calls dialplan`.
    package struct Contexts: Sendable {
        package var hold = "call-hold"
        package var transfer = "call-transfer"
        package var queue = "call-queue"

        package init() {}
    }

    // MARK: Calls

    /// Rings a phone, then runs an extension on it; the events of `channelID` tell what became of it.
    ///
    /// - Parameters:
    ///   - device: how the phone is dialled, such as `PJSIP/1001`.
    ///   - channelID: the Uniqueid that the channel gets.
    ///   - callerID: what both legs show.
    package static func originate(
        _ device: String,
        to extension: Dialable,
        in context: Dialable,
        channelID: String,
        ringTime: Duration,
        callerID: ShownText? = nil,
        variables: [ChannelVariable] = []
    ) throws(AMIError) -> AMIAction {
        var headers = [
            ("Channel", device), ("Context", context.description), ("Exten", `extension`.description),
            ("Priority", "1"),
            ("Async", "true"), ("ChannelId", channelID), ("Timeout", milliseconds(ringTime)),
        ]
        if let callerID { headers.append(("CallerID", callerID.description)) }
        headers += variables.prefix(ChannelVariable.limit).map { ("Variable", "\($0.name)=\($0.value)") }
        return try AMIAction("Originate", headers)
    }

    /// Ends a channel; done at its Hangup.
    package static func hangUp(_ channel: ChannelAddress, cause: Int = 16) throws(AMIError) -> AMIAction {
        try AMIAction("Hangup", [("Channel", channel.uniqueID), ("Cause", String(cause))])
    }

    /// Takes both channels out of their bridge: the far end gets music, the own one waits; done at both BridgeLeave.
    package static func hold(
        _ held: ChannelAddress,
        by holder: ChannelAddress,
        _ contexts: Contexts
    ) throws(AMIError) -> AMIAction {
        try AMIAction(
            "Redirect",
            [
                ("Channel", held.name), ("Context", contexts.hold), ("Exten", "held"), ("Priority", "1"),
                ("ExtraChannel", holder.name), ("ExtraContext", contexts.hold), ("ExtraExten", "holder"),
                ("ExtraPriority", "1"),
            ]
        )
    }

    /// Joins two channels in a new bridge, whatever they do; done at both BridgeEnter.
    package static func bridge(_ one: ChannelAddress, _ other: ChannelAddress) throws(AMIError) -> AMIAction {
        try AMIAction("Bridge", [("Channel1", one.name), ("Channel2", other.name), ("Tone", "no")])
    }

    /// Sends a channel to an extension; done at its BridgeLeave, or at once when it has no bridge.
    package static func redirect(
        _ channel: ChannelAddress,
        to extension: Dialable,
        in context: String
    ) throws(AMIError) -> AMIAction {
        try AMIAction(
            "Redirect",
            [("Channel", channel.name), ("Context", context), ("Exten", `extension`.description), ("Priority", "1")]
        )
    }

    /// A digit, as if the party itself had pressed it.
    ///
    /// - Returns: `nil` for anything but `0-9 A-D * #`.
    package static func digit(_ digit: Character, on channel: ChannelAddress) throws(AMIError) -> AMIAction? {
        guard "0123456789ABCD*#".contains(digit) else { return nil }
        return try AMIAction(
            "PlayDTMF",
            [("Channel", channel.uniqueID), ("Digit", String(digit)), ("Receive", "true")]
        )
    }

    /// Parks a channel; done at ParkedCall.
    ///
    /// - Parameter other: the channel to call back when nobody picks the call up.
    package static func park(_ channel: ChannelAddress, returningTo other: ChannelAddress) throws(AMIError) -> AMIAction
    {
        try AMIAction("Park", [("Channel", channel.name), ("TimeoutChannel", other.name)])
    }

    package enum MuteDirection: String, Sendable, CaseIterable {
        case `in`, out, all
    }

    /// Mutes a channel, or lets it speak; no event tells it.
    package static func mute(
        _ channel: ChannelAddress,
        _ direction: MuteDirection,
        isOn: Bool
    ) throws(AMIError) -> AMIAction {
        try AMIAction(
            "MuteAudio",
            [("Channel", channel.name), ("Direction", direction.rawValue), ("State", isOn ? "on" : "off")]
        )
    }

    /// What a phone is asked by NOTIFY.
    package enum PhoneEvent: String, Sendable {
        case hold, talk
    }

    /// Asks a phone to hold or take a call by itself; done at the event Hold, Unhold or Newstate.
    package static func notify(
        _ channel: ChannelAddress,
        _ event: PhoneEvent
    ) throws(AMIError) -> AMIAction {
        try AMIAction("PJSIPNotify", [("Channel", channel.name), ("Variable", "Event=\(event.rawValue)")])
    }

    static func milliseconds(_ duration: Duration) -> String {
        let (seconds, fraction) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return String(
            overflow ? Int64(Int32.max) : min(max(whole + fraction / 1_000_000_000_000_000, 1), Int64(Int32.max))
        )
    }
}
