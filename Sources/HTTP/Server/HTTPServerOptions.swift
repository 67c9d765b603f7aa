package import Basics

/// How an `HTTPServer` works and what it allows.
package struct HTTPServerOptions: Sendable {
    package enum Mode: Sendable, Equatable {
        /// One thread for everything: cheapest, but a handler that blocks stops all; delays are left out.
        case oneThread
        /// So many threads, each with its share of the connections; a handler that blocks stops one share.
        case threads(Int)
        /// A thread for each connection, whose handler may block.
        case threadPerConnection

        /// Whether a connection can be set aside while its answer is made.
        var suspends: Bool { self != .threadPerConnection }
    }

    /// A certificate and its key, both the text of PEM files.
    package struct TLS: Sendable {
        package let certificate: String
        package let key: Secret

        package init(certificate: String, key: Secret) {
            self.certificate = certificate
            self.key = key
        }
    }

    package var mode: Mode
    /// Most connections at once.
    ///
    /// With an `addressLimit` one more takes the place of the most idle one; without, it gets no answer before another
    /// has ended.
    package var connectionLimit = 64
    /// Connections from one address (of IPv6, one network of 64 bits); one more takes the place of the most idle one.
    package var addressLimit: Int?
    /// A connection that is silent for so long is closed; whole seconds, zero for never.
    package var idleTimeout: Duration = .seconds(60)
    /// Memory for a connection, which a request's head and a piece of its answer have to fit in.
    package var maxHeadBytes = 32 << 10
    /// The longest body of a request, in bytes; a longer one is answered 413 and not kept.
    package var maxBodyBytes = 1 << 20
    /// Most handlers at work at once that answer later; one more request is answered 503.
    package var handlerLimit = 256
    /// Chooses where the body of a request goes while it comes, from its path and headers; `nil` is into memory.
    package var sink: (@Sendable (_ path: String, _ headers: HTTPHeaders) -> (any BodySink)?)?
    /// Answers only root and the user of this process; for a Unix socket.
    package var ownerOnly = false
    /// Speaks TLS when set.
    package var tls: TLS?
    /// Called when an answer was sent whole, on the thread of its connection.
    package var didComplete: (@Sendable () -> Void)?

    package init(_ mode: Mode = .oneThread) { self.mode = mode }
}
