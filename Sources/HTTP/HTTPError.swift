/// An error of this client or server, or of an HTTP peer.
///
/// The texts contain hosts and reasons, never a header's value.
package enum HTTPError: Error, Equatable, CustomStringConvertible {
    /// The name of the server or of the proxy has no address.
    case unresolved(String)
    /// No connection: refused, no route, or no answer.
    case unreachable(String)
    /// The time of the request, or of the connection attempt, is over.
    case timedOut(String)
    /// The certificate is not accepted, or the peer offers no TLS that this side accepts.
    case tls(String)
    /// The proxy does not connect to the server: it wants a login, or forbids this host or any tunnel.
    case proxyForbids(String)
    /// The connection ended before the answer was complete; the server may or may not have acted on the request.
    case interrupted(String)
    /// The head of the answer arrived, but its body broke off, did not end in time, or does not match its
    /// Content-Encoding; the response has the part that arrived.
    case brokenAnswer(HTTPResponse, String)
    /// The answer's body is longer than `HTTPResponse.maximumBodySize`.
    case answerTooLarge
    /// The answer's header lines are longer than `HTTPResponse.maximumHeadSize`.
    case headTooLarge
    /// The request is invalid and cannot be sent.
    case badRequest(String)
    /// Nothing was sent, because this machine has no memory for the request.
    case notSent(String)
    /// The file to send could not be read to its end.
    case file(String)
    /// The task was cancelled, or the client shut down.
    case cancelled
    /// Bytes that should be gzip are not, or decompress to more than allowed.
    case badGzip(String)
    /// A server cannot listen at the requested address.
    case cannotListen(String)
    /// A server's certificate and key do not work together.
    case unusableCertificate
    case other(String)

    /// Whether the server may have received the whole request.
    package var mayHaveArrived: Bool {
        switch self {
        case .timedOut, .interrupted, .brokenAnswer, .answerTooLarge, .headTooLarge, .cancelled, .other: true
        case .unresolved, .unreachable, .tls, .proxyForbids, .badRequest, .notSent, .file, .badGzip, .cannotListen,
            .unusableCertificate:
            false
        }
    }

    /// Whether every later request fails too, until a person corrects a setting, a certificate or a proxy.
    package var needsCorrection: Bool {
        switch self {
        case .tls, .proxyForbids: true
        default: false
        }
    }

    package var description: String {
        switch self {
        case .unresolved(let reason): "\(reason); check the host's name in the URL and the DNS of this machine"
        case .unreachable(let reason): "\(reason); check the URL, the network and any firewall on the way"
        case .timedOut(let reason): "\(reason); check the network, or allow requests more time"
        case .tls(let reason):
            "TLS failed: \(reason); check the server's certificate, the authority file and this machine's clock"
        case .proxyForbids(let reason): "the proxy refuses: \(reason); check the proxy's address, login and rules"
        case .interrupted(let reason):
            "the connection broke (\(reason)); the request is safe to repeat, look at the server's log if this lasts"
        case .brokenAnswer(let response, let reason):
            "the body of the answer HTTP \(response.status) is incomplete or wrongly encoded (\(reason)); "
                + "look at the server and at any proxy before it"
        case .answerTooLarge:
            "the answer is longer than \(HTTPResponse.maximumBodySize) bytes; check that the URL is that of the API"
        case .headTooLarge:
            "the headers of the answer are longer than \(HTTPResponse.maximumHeadSize) bytes; check that the URL is that of"
                + " the API"
        case .notSent(let reason): "the request was not sent: \(reason); free memory on this machine, it is tried again"
        case .badRequest(let reason): "the request cannot be sent: \(reason); correct the URL or the configured value"
        case .file(let reason): "the file cannot be sent: \(reason); see who changes it or its disk, it is tried again"
        case .cancelled: "the request was cancelled because its sender stops; nothing needs to be done"
        case .badGzip(let reason): "the gzip data is unusable: \(reason); look for a fault in what sent it"
        case .cannotListen(let reason): "\(reason); choose another address or port, or stop what uses this one"
        case .unusableCertificate:
            "the TLS key and certificate do not work; both must be PEM, the key without a pass phrase, and belong together"
        case .other(let reason): "the request failed: \(reason); check the URL and the proxy, and report it if it lasts"
        }
    }
}
