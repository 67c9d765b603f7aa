/// What an answer goes on with after its head: it must end before the server that answers with it.
protocol AnswerSource: AnyObject, Sendable {
    /// Ends all connections that it has, and refuses new ones; called when the server stops, and may block.
    func end()
}

extension EventFeed: AnswerSource {
    func end() { close() }
}

extension EventStreams: AnswerSource {
    func end() { stop() }
}

extension WebSockets: AnswerSource {
    func end() { stop() }
}
