/// One request, from its first line to its answer; used only on the thread that serves its connection.
final class Exchange {
    /// The request's target as received, with its escapes and its query.
    let target: String
    /// How the request is handled; `nil` until its head has arrived.
    private(set) var admission: RequestAdmission?
    /// The answer for which its connection is suspended.
    var pending: PendingAnswer?
    /// What the connection becomes once the answer was sent.
    private var offer: WebSocketOffer?
    /// Whether the body is too long and therefore dropped.
    private(set) var isTooLarge = false
    private var body: [UInt8] = []
    private var sink: (any BodySink)?

    init(target: String) { self.target = target }

    /// The path without the query.
    var escapedPath: String {
        guard let end = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return target }
        return String(target[..<end])
    }

    func begin(_ admission: RequestAdmission, sink: (any BodySink)?) {
        self.admission = admission
        self.sink = sink
    }

    func promise(_ offer: WebSocketOffer) { self.offer = offer }

    func takeOffer() -> WebSocketOffer? {
        defer { offer = nil }
        return offer
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        if let sink { return unsafe sink.append(bytes) }
        guard !isTooLarge else { return }
        if body.count + bytes.count > admission?.bodyLimit ?? 0 {
            isTooLarge = true
            body = []
        } else {
            unsafe body.append(contentsOf: bytes)
        }
    }

    /// The whole body; `nil` when it is too long.
    func takeBody() -> [UInt8]? {
        defer { body = [] }
        return isTooLarge ? nil : body
    }
}
