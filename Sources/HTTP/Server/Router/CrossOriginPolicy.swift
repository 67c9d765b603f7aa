/// Which pages of other origins may use a service from a browser (CORS), and whether other pages are refused.
///
/// Credentials of the browser, such as cookies, are never allowed.
package struct CrossOriginPolicy: Sendable {
    private let origins: Set<String>
    private let allowsAll: Bool
    /// Whether a request of a page that is neither the service's own nor allowed is answered with 403.
    let refusesOthers: Bool
    private let requestHeaders: String
    private let exposedHeaders: String
    private let maxAge: Duration

    /// - Parameters:
    ///   - origins: compared as a whole, such as `https://crm.example.com`; `*` allows all.
    ///   - requestHeaders: the headers that such pages may send.
    ///   - exposedHeaders: the headers of answers that they may read.
    ///   - maxAge: how long a browser may cache a preflight; whole seconds.
    package init(
        _ origins: [String],
        refusesOthers: Bool,
        requestHeaders: [String] = ["Authorization", "Content-Type"],
        exposedHeaders: [String] = [RequestID.header, "Retry-After"],
        maxAge: Duration = .seconds(600)
    ) {
        self.origins = Set(origins)
        allowsAll = origins.contains("*")
        self.refusesOthers = refusesOthers
        self.requestHeaders = requestHeaders.joined(separator: ", ")
        self.exposedHeaders = exposedHeaders.joined(separator: ", ")
        self.maxAge = maxAge
    }

    func allows(_ origin: String) -> Bool { allowsAll || origins.contains(origin) }

    /// Whether a page of this origin is one of the service's own.
    ///
    /// The scheme is ignored: a proxy that ends TLS before the service need not report it.
    static func isOwn(_ origin: String, host: String?) -> Bool {
        guard let host, let separator = origin.firstRange(of: "://") else { return false }
        return origin[separator.upperBound...].lowercased() == host.lowercased()
    }

    /// The headers of an answer to a page of `origin`; without an origin, only the header that says the answer depends
    /// on it.
    func headers(for origin: String?, isAllowed: Bool) -> HTTPHeaders {
        var headers: HTTPHeaders = allowsAll ? [:] : ["Vary": "Origin"]
        guard let origin, isAllowed, allows(origin) else { return headers }
        headers.append("Access-Control-Allow-Origin", allowsAll ? "*" : origin)
        if !exposedHeaders.isEmpty { headers.append("Access-Control-Expose-Headers", exposedHeaders) }
        return headers
    }

    /// The headers of the answer to a preflight, in addition to `headers`.
    func preflight(methods: [String]) -> HTTPHeaders {
        [
            "Access-Control-Allow-Methods": methods.joined(separator: ", "),
            "Access-Control-Allow-Headers": requestHeaders,
            "Access-Control-Max-Age": "\(maxAge.components.seconds)",
        ]
    }
}
