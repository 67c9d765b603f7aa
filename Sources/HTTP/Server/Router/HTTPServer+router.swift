package import Basics

extension HTTPServer {
    /// Listens on the first address of `host` that works, and answers with the routes of `router`.
    ///
    /// Blocks while the resolver works. The limit of a body is the router's, not that of the options.
    ///
    /// - Parameters:
    ///   - host: a name or a literal address; empty, `0.0.0.0` or `::` for all addresses of this machine.
    ///   - port: 0 lets the system choose.
    /// - Throws: `HTTPError.cannotListen`, `HTTPError.unusableCertificate`.
    package convenience init(
        host: String,
        port: UInt16,
        options: HTTPServerOptions = HTTPServerOptions(),
        router: Router
    ) throws(HTTPError) {
        try self.init(host: host, port: port, options: options, responder: router)
    }

    /// Answers with the routes of `router` on a socket that already listens, which it closes when it stops.
    ///
    /// - Throws: `HTTPError.cannotListen`.
    package convenience init(
        socket: consuming FileDescriptor,
        options: HTTPServerOptions = HTTPServerOptions(),
        router: Router
    ) throws(HTTPError) {
        try self.init(socket: socket, options: options, responder: router)
    }
}
