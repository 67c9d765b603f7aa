import Basics
import Daemon
package import HTTP

extension APIConfiguration {
    /// The configuration of the HTTP client for the API.
    package var httpClient: HTTPClient.Configuration {
        var client = HTTPClient.Configuration(userAgent: Version.userAgent)
        client.proxy = proxy?.revealed
        client.authorityFile = tlsCAFile
        return client
    }

    /// Access to the API through `client`.
    ///
    /// - Parameter hostname: the name of the PBX.
    package func access(by client: HTTPClient, hostname: String) -> APIAccess {
        APIAccess(
            client: client,
            baseURL: baseURL,
            key: key,
            hostname: hostname,
            hiding: proxy.map { WebAddress.logins(in: $0) } ?? []
        )
    }
}

extension Shipper.Configuration {
    package init(_ api: APIConfiguration, _ records: BatchConfiguration) {
        self.init()
        compresses = api.gzip
        acknowledgement = api.acknowledgement
        self.api = api.baseURL
        longestWait = records.longestWait
        switch records.mode {
        case .batch: batchSize = records.batchSize
        case .direct:
            batchSize = 1
            concurrency = records.maxConcurrent
        }
    }
}
