import Basics
import CCurl

/// A libcurl handle, used for one transfer after another; used only on the loop's thread.
///
/// Options that are the same for all requests of a client are set once, the others by `prepare`.
@safe
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer

    /// How many bytes of a file are read, hashed and sent at a time: with libcurl's own 64 KiB, the hash and the peer
    /// wait for each other.
    private static let uploadPiece = 512 << 10

    /// The buffer to which libcurl writes the reason of a failure.
    private let reason: UnsafeMutablePointer<CChar>

    /// The request's header lines, which libcurl does not copy.
    private var lines: HeaderLines?

    private let hasMemory: (String) -> Bool

    /// The request's body, when it is multipart.
    private var mime: MimeBody?

    /// `nil` when libcurl has no memory.
    ///
    /// - Parameter hasMemory: for tests; false simulates a header line for which there is no memory.
    init?(_ configuration: HTTPClient.Configuration, if hasMemory: @escaping (String) -> Bool = { _ in true }) {
        self.hasMemory = hasMemory
        guard let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = pointer
        unsafe reason = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        _ = unsafe ccurl_set_pointer(pointer, CURLOPT_ERRORBUFFER, reason)
        setCommonOptions(configuration)
        setTLSOptions(configuration)
        setCallbacks()
    }

    deinit {
        mime = nil
        unsafe curl_easy_cleanup(pointer)
        unsafe reason.deallocate()
    }

    private func set(_ option: CURLoption, _ value: Int) { _ = unsafe ccurl_set_long(pointer, option, value) }
    private func set(_ option: CURLoption, _ value: String?) { _ = unsafe ccurl_set_string(pointer, option, value) }

    private func setCommonOptions(_ configuration: HTTPClient.Configuration) {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_ACCEPT_ENCODING, "")
        set(CURLOPT_USERAGENT, configuration.userAgent)
        set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.milliseconds)
        // An empty string, unlike none, keeps libcurl from reading the environment.
        set(CURLOPT_PROXY, configuration.proxy ?? "")
        set(CURLOPT_NOPROXY, "")
        if let path = configuration.unixSocket { set(CURLOPT_UNIX_SOCKET_PATH, path) }
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, 30)
        set(CURLOPT_TCP_KEEPINTVL, 10)
        set(CURLOPT_MAXAGE_CONN, 60)
        set(CURLOPT_MAXLIFETIME_CONN, 1800)
        set(CURLOPT_DNS_CACHE_TIMEOUT, 60)
        // Without it, the end of a transfer waits for a name resolution that is still running.
        set(CURLOPT_QUICK_EXIT, 1)
    }

    private func setTLSOptions(_ configuration: HTTPClient.Configuration) {
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_SSL_VERIFYPEER, configuration.verifies ? 1 : 0)
        set(CURLOPT_SSL_VERIFYHOST, configuration.verifies ? 2 : 0)
        set(CURLOPT_CA_CACHE_TIMEOUT, configuration.authorityCacheSeconds)
        if let file = configuration.authorityFile {
            set(CURLOPT_CAINFO, file)
            set(CURLOPT_CAPATH, nil)
        }
    }

    private func setCallbacks() {
        _ = unsafe ccurl_set_data_callback(pointer, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let transfer = unsafe EasyHandle.transfer(at: context) else { return 0 }
            let isTaken = unsafe transfer.appendHeaderLine(UnsafeRawBufferPointer(start: bytes, count: size * count))
            return isTaken ? size * count : 0
        }
        _ = unsafe ccurl_set_data_callback(pointer, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let transfer = unsafe EasyHandle.transfer(at: context) else { return 0 }
            let isTaken = unsafe transfer.appendBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
            return isTaken ? size * count : 0
        }
    }

    /// The transfer whose address `prepare` passed to libcurl.
    private static func transfer(at context: UnsafeMutableRawPointer?) -> Transfer? {
        unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The transfer for which a libcurl handle was prepared.
    static func transfer(of pointer: UnsafeMutableRawPointer?) -> Transfer? {
        var context: UnsafeMutableRawPointer?
        _ = unsafe ccurl_get_pointer(pointer, CURLINFO_PRIVATE, &context)
        return unsafe transfer(at: context)
    }

    /// Sets the options of this request; `transfer` must live until `clear`.
    ///
    /// - Throws: `HTTPError.notSent` when there is no memory for it.
    func prepare(for transfer: Transfer, freshConnection: Bool) throws(HTTPError) {
        let request = transfer.request
        unsafe reason.pointee = 0
        set(CURLOPT_URL, request.url)
        set(CURLOPT_TIMEOUT_MS, max(1, request.timeout.milliseconds))
        set(CURLOPT_LOW_SPEED_LIMIT, request.stallTimeout == nil ? 0 : 1)
        set(CURLOPT_LOW_SPEED_TIME, request.stallTimeout.map { max(1, Int($0.components.seconds)) } ?? 0)
        _ = unsafe ccurl_set_offset(pointer, CURLOPT_MAX_SEND_SPEED_LARGE, curl_off_t(request.maxBytesPerSecond))
        set(CURLOPT_FRESH_CONNECT, freshConnection ? 1 : 0)
        try setHeaders(request)
        // The order matters: HTTPGET resets what an earlier request set.
        set(CURLOPT_HTTPGET, 1)
        try setBody(request)
        switch request.method {
        case .get, .head: set(CURLOPT_CUSTOMREQUEST, nil)
        case .post, .put, .patch, .delete: set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        if request.method == .head { set(CURLOPT_NOBODY, 1) }
        let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        _ = unsafe ccurl_set_pointer(pointer, CURLOPT_HEADERDATA, context)
        _ = unsafe ccurl_set_pointer(pointer, CURLOPT_WRITEDATA, context)
        _ = unsafe ccurl_set_pointer(pointer, CURLOPT_PRIVATE, context)
    }

    private func setHeaders(_ request: HTTPRequest) throws(HTTPError) {
        var texts = ["Expect:"]
        if request.headers["Content-Type"] == nil && !request.body.isMultipart { texts.append("Content-Type:") }
        for field in request.headers.fields {
            texts.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        guard let lines = HeaderLines(texts, if: hasMemory) else { throw .notSent("no memory for its headers") }
        _ = unsafe ccurl_set_list(pointer, CURLOPT_HTTPHEADER, lines.pointer)
        self.lines = lines
    }

    private func setBody(_ request: HTTPRequest) throws(HTTPError) {
        switch request.body {
        case .none:
            guard request.method == .post || request.method == .put else { return }
            set(CURLOPT_POST, 1)
            set(CURLOPT_POSTFIELDS, "")
            _ = unsafe ccurl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, 0)
        case .bytes(let bytes):
            set(CURLOPT_POST, 1)
            _ = unsafe ccurl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
            // The array is a constant of the transfer, so its storage neither moves nor is freed before the transfer
            // ends.
            unsafe bytes.withUnsafeBytes { buffer in
                let start = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress)
                _ = unsafe ccurl_set_pointer(pointer, CURLOPT_POSTFIELDS, start)
            }
        case .multipart(let form):
            set(CURLOPT_UPLOAD_BUFFERSIZE, Self.uploadPiece)
            guard let mime = unsafe MimeBody(form, for: pointer) else { throw .notSent("no memory for its body") }
            _ = unsafe ccurl_set_mime(pointer, mime.pointer)
            self.mime = mime
        }
    }

    /// Drops the references to the request, whose memory may be freed afterwards.
    func clear() {
        _ = unsafe ccurl_set_pointer(pointer, CURLOPT_POSTFIELDS, nil)
        if mime != nil {
            _ = unsafe ccurl_set_mime(pointer, nil)
            mime = nil
        }
        _ = unsafe ccurl_set_pointer(pointer, CURLOPT_PRIVATE, nil)
        _ = unsafe ccurl_set_list(pointer, CURLOPT_HTTPHEADER, nil)
    }

    /// What libcurl's `code` at the end of `transfer` means.
    func outcome(_ code: CURLcode, of transfer: Transfer) -> Transfer.Outcome {
        guard code == CURLE_OK else { return .failure(error(code, of: transfer)) }
        guard transfer.isHeadComplete else { return .failure(.interrupted("the answer ends inside its headers")) }
        var status = 0
        _ = unsafe ccurl_get_long(pointer, CURLINFO_RESPONSE_CODE, &status)
        return .success(transfer.response(status: status))
    }

    /// The response of which the head is complete and the body is not; `nil` for any other failure.
    ///
    /// An answer that arrived before the whole request was sent does not count: it cannot be about all of the request.
    private func brokenAnswer(_ code: CURLcode, of transfer: Transfer) -> HTTPResponse? {
        let spoilsBody = [
            CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_HTTP2, CURLE_HTTP2_STREAM,
            CURLE_OPERATION_TIMEDOUT, CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR,
        ]
        var status = 0
        _ = unsafe ccurl_get_long(pointer, CURLINFO_RESPONSE_CODE, &status)
        guard transfer.isHeadComplete, status >= 200, spoilsBody.contains(code) else { return nil }
        if case .bytes(let bytes) = transfer.request.body {
            var sent: curl_off_t = 0
            _ = unsafe ccurl_get_offset(pointer, CURLINFO_SIZE_UPLOAD_T, &sent)
            guard sent >= bytes.count else { return nil }
        }
        return transfer.response(status: status)
    }

    /// A proxy's statuses below 500 in answer to CONNECT that a later attempt may not get.
    private static let passingRefusals: Set<Int> = [408, 425, 429]

    /// The status of a proxy's answer to CONNECT; 0 when there was none.
    private var tunnelStatus: Int {
        var status = 0
        _ = unsafe ccurl_get_long(pointer, CURLINFO_HTTP_CONNECTCODE, &status)
        return status
    }

    /// Whether a SOCKS proxy refused this login, or the lack of one.
    private var socksWantsLogin: Bool {
        var code = 0
        _ = unsafe ccurl_get_long(pointer, CURLINFO_PROXY_ERROR, &code)
        return [CURLPX_NO_AUTH, CURLPX_USER_REJECTED, CURLPX_REPLY_NOT_ALLOWED].contains { Int($0.rawValue) == code }
    }

    private func error(_ code: CURLcode, of transfer: Transfer) -> HTTPError {
        guard !transfer.isHeadTooLarge else { return .headTooLarge }
        guard !transfer.isTooLarge else { return .answerTooLarge }
        let own = unsafe String(cString: reason)
        let text = own.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : own
        if let response = brokenAnswer(code, of: transfer) { return .brokenAnswer(response, text) }
        switch code {
        case CURLE_ABORTED_BY_CALLBACK: return .file(transfer.request.body.failure ?? text)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .unresolved(text)
        case CURLE_COULDNT_CONNECT: return .unreachable(text)
        case CURLE_RECV_ERROR where tunnelStatus >= 300:
            return Self.passingRefusals.contains(tunnelStatus) || tunnelStatus >= 500
                ? .unreachable(text) : .proxyForbids(text)
        case CURLE_PROXY: return socksWantsLogin ? .proxyForbids(text) : .unreachable(text)
        case CURLE_OPERATION_TIMEDOUT: return .timedOut(text)
        case CURLE_SSL_CONNECT_ERROR where !text.contains("error:") || text.contains("unexpected eof"):
            // OpenSSL reports no fault: the connection ended during the handshake, as when a server restarts.
            return .unreachable(text)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE, CURLE_SSL_INVALIDCERTSTATUS:
            return .tls(text)
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_SEND_FAIL_REWIND,
            CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_HTTP3:
            return .interrupted(text)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: return .badRequest(text)
        default: return .other(text)
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
