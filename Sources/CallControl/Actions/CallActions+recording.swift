package import AMI
import Basics

extension CallActions {
    /// Records a channel until it ends; done at MixMonitorStart.
    ///
    /// The answer has the MixMonitorID.
    ///
    /// - Parameter file: relative to the monitor folder.
    package static func startRecording(_ channel: ChannelAddress, to file: String) throws(AMIError) -> AMIAction {
        try AMIAction("MixMonitor", [("Channel", channel.name), ("File", file), ("Options", "i(MMID)")])
    }

    /// Ends a recording; done at MixMonitorStop.
    ///
    /// - Parameter id: the MixMonitorID; `nil` ends all of the channel.
    package static func stopRecording(_ channel: ChannelAddress, id: String?) throws(AMIError) -> AMIAction {
        var headers = [("Channel", channel.name)]
        if let id { headers.append(("MixMonitorID", id)) }
        return try AMIAction("StopMixMonitor", headers)
    }

    /// Makes the recordings of a channel silent, or lets them go on; done at MixMonitorMute.
    package static func pauseRecording(_ channel: ChannelAddress, isOn: Bool) throws(AMIError) -> AMIAction {
        try AMIAction(
            "MixMonitorMute",
            [("Channel", channel.name), ("Direction", "both"), ("State", isOn ? "1" : "0")]
        )
    }
}
