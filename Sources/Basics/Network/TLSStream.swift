private import COpenSSL
import Glibc

/// A TLS client (1.2 or later) over a socket, by OpenSSL; one thread uses it.
@safe
package final class TLSStream: ByteStream {
    /// Which peers to trust.
    package struct Configuration: Sendable {
        /// A PEM file of certificate authorities; `nil` means the system's.
        package var authorityFile: String?
        /// False accepts any certificate: the connection is encrypted, but the peer is not authenticated.
        package var verifies: Bool

        package init(authorityFile: String? = nil, verifies: Bool = true) {
            self.authorityFile = authorityFile
            self.verifies = verifies
        }
    }

    private let socket: Socket
    private let session: OpaquePointer

    package var descriptor: Int32 { socket.descriptor }

    /// Does the TLS handshake over `socket`.
    ///
    /// Blocks for at most `timeout`; a signal to `wakeup` ends it with `cancelled`.
    package init(
        _ socket: Socket,
        host: String,
        configuration: Configuration,
        timeout: Duration,
        wakeup: EventFD? = nil
    ) throws(NetworkError) {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { throw .tls("OpenSSL gives no context") }
        defer { unsafe SSL_CTX_free(context) }
        _ = unsafe copenssl_set_minimum_tls12(context)
        if let file = configuration.authorityFile {
            guard unsafe SSL_CTX_load_verify_locations(context, file, nil) == 1 else {
                throw .tls("no authority can be read from '\(file)'; it must be a PEM file of certificates")
            }
        } else {
            _ = unsafe SSL_CTX_set_default_verify_paths(context)
        }
        unsafe SSL_CTX_set_verify(context, configuration.verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        guard let session = unsafe SSL_new(context) else { throw .tls("OpenSSL gives no session") }
        self.socket = socket
        unsafe self.session = session
        unsafe SSL_set_fd(session, socket.descriptor)
        try identify(host, verifies: configuration.verifies)
        try shakeHands(timeout: timeout, wakeup: wakeup)
    }

    deinit { unsafe SSL_free(session) }

    /// Sends `host` as the server name (SNI) and, when verifying, requires a certificate for it.
    private func identify(_ host: String, verifies: Bool) throws(NetworkError) {
        let isAddress = host.contains(":") || host.utf8.allSatisfy { ASCII.isDigit($0) || $0 == ASCII.dot }
        if !isAddress { _ = unsafe copenssl_set_server_name(session, host) }
        guard verifies else { return }
        let accepted =
            isAddress
            ? unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host)
            : unsafe SSL_set1_host(session, host)
        guard accepted == 1 else { throw .tls("'\(host)' is no name that a certificate could have") }
    }

    private func shakeHands(timeout: Duration, wakeup: EventFD?) throws(NetworkError) {
        let deadline = ContinuousClock.now + timeout
        while true {
            let code = unsafe SSL_connect(session)
            guard code != 1 else { return }
            let interest = try interest(after: code, "handshake")
            guard deadline > .now else { throw .timedOut("TLS handshake") }
            switch Poll.wait(for: interest, on: descriptor, wakeup: wakeup, timeout: deadline - .now) {
            case .ready: continue
            case .woken: throw .cancelled
            case .timedOut: throw .timedOut("TLS handshake")
            }
        }
    }

    /// What to wait for before the call may be repeated.
    private func interest(after code: Int32, _ what: String) throws(NetworkError) -> Poll.Interest {
        switch unsafe SSL_get_error(session, code) {
        case SSL_ERROR_WANT_READ: return .read
        case SSL_ERROR_WANT_WRITE: return .write
        case SSL_ERROR_ZERO_RETURN: throw .closed
        default:
            let verification = unsafe SSL_get_verify_result(session)
            if verification != X509_V_OK {
                throw .tls(
                    "the certificate is not accepted: \(unsafe String(cString: X509_verify_cert_error_string(verification)))"
                )
            }
            let reason = ERR_get_error()
            guard reason != 0, let text = unsafe ERR_reason_error_string(reason) else { throw .closed }
            throw .tls("\(what) failed: \(unsafe String(cString: text))")
        }
    }

    package func read(into buffer: inout [UInt8]) throws(NetworkError) -> Int? {
        ERR_clear_error()
        let count = unsafe SSL_read(session, &buffer, Int32(buffer.count))
        guard count <= 0 else { return Int(count) }
        _ = try interest(after: count, "read")
        return nil
    }

    package func write(_ bytes: Bytes) throws(NetworkError) -> Int? {
        ERR_clear_error()
        let count = unsafe bytes.withUnsafeBytes { unsafe SSL_write(session, $0.baseAddress, Int32($0.count)) }
        guard count <= 0 else { return Int(count) }
        _ = try interest(after: count, "write")
        return nil
    }
}
