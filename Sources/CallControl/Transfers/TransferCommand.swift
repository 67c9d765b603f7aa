/// What a transfer wants done next, one AMI action or a few that belong together.
///
/// The record of the transfer is stored before a command is sent, so that a restart knows what may have happened.
package enum TransferCommand: Sendable, Equatable {
    /// Ask whether the target exists and its phone can be reached.
    case validate
    /// Set the variables that the dialplan needs on the customer's channel, then BlindTransfer the agent's channel.
    case blindTransfer
    /// The same into the context of queues.
    case queueTransfer
    /// One Redirect of both: the customer to `held`, the agent to `holder`.
    case hold
    /// Originate the target into `holder`, under a ChannelId that is known before.
    case ringTarget
    case bridge(TransferParty, TransferParty)
    /// Redirect the customer to the agent's extension in the context of transfers.
    case sendBack
    /// Done at once and not waited for: nobody hears silence.
    case hangUp(TransferParty)
    /// List the channels of the parties and their bridges.
    case look
}
