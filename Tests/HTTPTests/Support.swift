import Basics
import TestSupport

@testable import HTTP

extension HTTPServer {
    var url: String { "http://127.0.0.1:\(port)" }

    /// A server on the loopback interface with a thread for each connection.
    static func threaded(
        maxBodyBytes: Int = 1 << 20,
        _ handler: @escaping Handler
    ) throws -> HTTPServer {
        var options = HTTPServerOptions(.threadPerConnection)
        options.maxBodyBytes = maxBodyBytes
        options.connectionLimit = 1000
        return try HTTPServer(host: "127.0.0.1", port: 0, options: options, handler: handler)
    }
}

/// Runs `body` and returns the error it throws.
func failure(_ body: () async throws(HTTPError) -> HTTPResponse) async -> HTTPError? {
    do throws(HTTPError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

extension HTTPError {
    enum Kind {
        case unresolved, unreachable, timedOut, tls, proxyForbids, interrupted, brokenAnswer, answerTooLarge,
            headTooLarge, badRequest, notSent, file, cancelled, badGzip
        case cannotListen, unusableCertificate, other
    }

    /// The case without its text.
    var kind: Kind {
        switch self {
        case .unresolved: .unresolved
        case .unreachable: .unreachable
        case .timedOut: .timedOut
        case .tls: .tls
        case .proxyForbids: .proxyForbids
        case .interrupted: .interrupted
        case .brokenAnswer: .brokenAnswer
        case .answerTooLarge: .answerTooLarge
        case .headTooLarge: .headTooLarge
        case .badRequest: .badRequest
        case .notSent: .notSent
        case .file: .file
        case .cancelled: .cancelled
        case .badGzip: .badGzip
        case .cannotListen: .cannotListen
        case .unusableCertificate: .unusableCertificate
        case .other: .other
        }
    }
}
