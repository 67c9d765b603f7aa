import Basics
import HTTP

/// The browsers that are logged in to the dashboard.
///
/// A session is a random text in a cookie; only its hash is kept, in memory, so a restart ends all of them. When there
/// are too many, the oldest ends.
final class DashboardSessions: Sendable {
    private struct Session: Sendable {
        let digest: [UInt8]
        let name: String
        let end: Timestamp
    }

    static let cookie = "callerid_session"
    /// How long a session lasts, in seconds.
    static let life = 8 * 3600
    private static let limit = 200
    /// The only requests that a cookie allows, all of which change nothing.
    private static let paths: Set<String> = ["/dashboard", "/api/stats", "/api/audit"]

    private let sessions = Lock([Session]())
    private let clock: @Sendable () -> Timestamp

    init(clock: @escaping @Sendable () -> Timestamp = { .now() }) { self.clock = clock }

    var count: Int { sessions.withLock { $0.count } }

    /// Begins a session, and returns the header that hands it to the browser.
    ///
    /// - Parameters:
    ///   - name: whose token it was.
    ///   - expiry: the end of the token; `nil` for none.
    ///   - isSecure: whether the browser came by https.
    func begin(_ name: String, until expiry: Timestamp?, isSecure: Bool) -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let text = String(decoding: ASCII.hexadecimal(bytes), as: UTF8.self)
        let now = clock()
        let end = min(now.adding(seconds: Self.life), expiry ?? now.adding(seconds: Self.life))
        let session = Session(digest: Digest.sha256(Array(text.utf8)), name: name, end: end)
        sessions.withLock { sessions in
            sessions.removeAll { $0.end <= now }
            if sessions.count >= Self.limit { sessions.removeFirst() }
            sessions.append(session)
        }
        return Self.header(text, life: max(end.seconds - now.seconds, 0), isSecure: isSecure)
    }

    /// Ends the session of a request, and returns the header by which the browser forgets it.
    func end(_ request: ServerRequest, isSecure: Bool) -> String {
        if let digest = Self.digest(of: request) {
            sessions.withLock { sessions in sessions.removeAll { Digest.areEqual($0.digest, digest) } }
        }
        return Self.header("", life: 0, isSecure: isSecure)
    }

    /// Whose session a request has; `nil` without one, and for requests that a cookie does not allow.
    func principal(of request: ServerRequest) -> Principal? {
        guard ["GET", "HEAD"].contains(request.method), Self.paths.contains(request.path),
            let digest = Self.digest(of: request)
        else { return nil }
        let now = clock()
        return sessions.withLock { sessions in
            sessions.first { $0.end > now && Digest.areEqual($0.digest, digest) }
                .map { Principal($0.name, roles: TokenRole.viewer.included) }
        }
    }

    private static func header(_ value: String, life: Int, isSecure: Bool) -> String {
        "\(cookie)=\(value); Path=/; Max-Age=\(life); HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    }

    private static func digest(of request: ServerRequest) -> [UInt8]? {
        for header in request.headers.values("Cookie") {
            for pair in header.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                guard pair.hasPrefix("\(cookie)=") else { continue }
                let value = pair.utf8.dropFirst(cookie.utf8.count + 1)
                return value.count == 64 ? Digest.sha256(Array(value)) : nil
            }
        }
        return nil
    }
}
