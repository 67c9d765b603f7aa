/// The answer of a server to a request.
package struct ServerResponse: Sendable, Equatable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]

    /// How long the connection stays silent before the answer; only with a thread for each connection.
    package var delay: Duration = .zero

    /// The source of the body, instead of `body`; not with a thread for each connection.
    package private(set) var feed: EventFeed?

    /// The stream of events that is the body; not with a thread for each connection.
    private(set) var stream: EventStreamOffer?

    /// The WebSocket that the connection becomes; not with a thread for each connection.
    private(set) var webSocket: WebSocketOffer?

    /// Whether the connection is aborted (TCP RST) instead of answered.
    package private(set) var isReset = false

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(status: Int, text: String, contentType: String = "text/plain; charset=utf-8") {
        self.init(status: status, headers: ["Content-Type": contentType], body: Array(text.utf8))
    }

    /// The events that `feed` publishes, until either side ends the stream; 503 when the feed has enough listeners.
    package static func events(_ feed: EventFeed) -> ServerResponse {
        var response = ServerResponse(status: 200, headers: ["Content-Type": "text/event-stream"])
        response.feed = feed
        return response
    }

    static func stream(_ offer: EventStreamOffer) -> ServerResponse {
        var response = ServerResponse(status: 200, headers: ["Content-Type": "text/event-stream"])
        response.stream = offer
        return response
    }

    static func webSocket(_ offer: WebSocketOffer, _ headers: HTTPHeaders) -> ServerResponse {
        var response = ServerResponse(status: 101, headers: headers)
        response.webSocket = offer
        return response
    }

    package static func == (left: ServerResponse, right: ServerResponse) -> Bool {
        left.status == right.status && left.headers == right.headers && left.body == right.body
            && left.delay == right.delay && left.isReset == right.isReset && left.feed === right.feed
            && left.stream === right.stream && left.webSocket === right.webSocket
    }

    /// No answer: the connection is aborted with RST.
    package static let reset = {
        var response = ServerResponse(status: 0)
        response.isReset = true
        return response
    }()

    /// Silence for `duration`, then an aborted connection.
    package static func hang(_ duration: Duration) -> ServerResponse {
        var response = reset
        response.delay = duration
        return response
    }
}
