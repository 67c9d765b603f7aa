/// What the scripts of a FastAGI server do.
///
/// All three are called on the server's thread and must not block: while one runs, all sessions wait.
package protocol AGIHandler: Sendable {
    /// The channel variables to read before `answer`; most scripts need none.
    func variables(for request: AGIRequest) -> [String]

    /// Decides, and calls `reply` with the variables to set: now, or later from any thread.
    ///
    /// - Parameter variables: those of `variables(for:)` that are set on the channel.
    func answer(_ request: AGIRequest, variables: [String: String], reply: AGIReplyHandle)

    /// The answer when `reply` was not called in time.
    func fallback(for request: AGIRequest) -> AGIAnswer
}

extension AGIHandler {
    package func variables(for request: AGIRequest) -> [String] { [] }
}

/// Where a handler's answer goes; for one session.
///
/// Only the first answer counts, and only while the session waits for it: a late one has no effect.
package struct AGIReplyHandle: Sendable {
    let session: UInt64
    let mailbox: AGIMailbox

    /// Sends the answer; does not block.
    package func callAsFunction(_ answer: AGIAnswer) { mailbox.post(answer, for: session) }
}
