import Basics
import Daemon
package import HTTP

extension APIConfiguration {
    /// The HTTP client that reaches the API.
    package var httpClient: HTTPClient.Configuration {
        var client = HTTPClient.Configuration(userAgent: Version.userAgent)
        client.proxy = proxy?.revealed
        client.authorityFile = tlsCAFile
        return client
    }

    /// The way to the API.
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
