package import Basics

/// The options and limits of an `HTTPServer`.
package struct HTTPServerOptions: Sendable {
    package enum Mode: Sendable, Equatable {
        /// One thread for everything: cheapest, but a handler that blocks stops all; delays are ignored.
        case oneThread
        /// This number of threads, each with its share of the connections; a handler that blocks stops one share.
        case threads(Int)
        /// A thread for each connection, whose handler may block.
        case threadPerConnection

        /// Whether a connection can be suspended while its answer is made.
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
    /// The most connections at once.
    ///
    /// With an `addressLimit`, one more takes the place of the most idle one; without, it gets no answer until another
    /// one has ended.
    package var connectionLimit = 64
    /// The most connections from one address (for IPv6, one 64-bit network); one more takes the place of the most idle
    /// one.
    package var addressLimit: Int?
    /// How long a connection may be silent before it is closed; whole seconds, zero for no limit.
    package var idleTimeout: Duration = .seconds(60)
    /// The memory of a connection in bytes, in which a request's head and a piece of its answer must fit.
    package var maxHeadBytes = 32 << 10
    /// The longest body of a request, in bytes; a longer one is answered with 413 and not kept.
    package var maxBodyBytes = 1 << 20
    /// The most running handlers that answer later; one more request is answered with 503.
    package var handlerLimit = 256
    /// Chooses where the body of a request goes as it arrives, by its path and headers; `nil` keeps it in memory.
    package var sink: (@Sendable (_ path: String, _ headers: HTTPHeaders) -> (any BodySink)?)?
    /// Answers only root and the user of this process; for a Unix socket.
    package var ownerOnly = false
    /// Speaks TLS when set.
    package var tls: TLS?
    /// Called when an answer was sent completely, on the thread of its connection.
    package var didComplete: (@Sendable () -> Void)?

    package init(_ mode: Mode = .oneThread) { self.mode = mode }
}
