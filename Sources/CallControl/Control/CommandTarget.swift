import Basics
import HTTP
import LiveCalls

/// A call that a command is about, as it was when the command began.
struct CommandTarget: Sendable {
    let call: LiveCall
    /// Without halves of Local channels.
    let channels: [LiveChannel]
    /// The agent for whom the command acts; empty for a call without agents.
    let `extension`: String
    /// The two channels of a conversation in one basic bridge: that of the agent, and the other one.
    let conversation: Conversation?
    let isConference: Bool

    struct Conversation: Sendable {
        let own: LiveChannel
        let far: LiveChannel
    }

    /// The channel of the agent; `nil` when there is none.
    var own: LiveChannel? { channels.first { $0.extension[...].text == `extension` } }

    init(_ call: LiveCall, extension: String, in model: LiveModel) {
        self.call = call
        self.extension = `extension`
        channels = model.channels(of: call)
        isConference = channels.contains { model.isInConference($0) }
        conversation = model.conversation(of: call).map { one, other in
            other.extension[...].text == `extension` && one.extension[...].text != `extension`
                ? Conversation(own: other, far: one) : Conversation(own: one, far: other)
        }
    }

    /// The two channels of a call held by Redirect, the agent's first; `nil` when one has gone.
    var heldPair: Conversation? {
        guard call.hold?.method == .redirect, channels.count == 2, let held = channels.first(where: \.isHeldByRedirect),
            let holder = channels.first(where: { $0.id != held.id })
        else { return nil }
        return Conversation(own: holder, far: held)
    }

    // MARK: Refusals

    var wrongState: RequestFailure { CallsFailure.wrongState.because("Call is \(call.state.rawValue)") }

    /// The channels of a conversation that can be moved.
    ///
    /// - Throws: `WRONG_STATE` or `NOT_SUPPORTED` for any other call.
    func talking() throws(RequestFailure) -> Conversation {
        guard !isConference else {
            throw CallsFailure.notSupported.because("Call is a conference")
        }
        guard call.state == .up else { throw wrongState }
        guard let conversation else {
            throw CallsFailure.notSupported.because("Call has other parties than two that talk with each other")
        }
        return conversation
    }
}

extension LiveChannel {
    /// As actions name it.
    var address: ChannelAddress { ChannelAddress(name: name[...].text, uniqueID: id[...].text) }
}
