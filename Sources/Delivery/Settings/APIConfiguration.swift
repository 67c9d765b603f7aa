package import Basics
import Daemon

/// The connection to the API.
package struct APIConfiguration: Configurable {
    /// The bearer token.
    package var key = Secret("")
    /// The path of a file with the key, which overrides `key`.
    package var keyFile: String?
    package var region = Region.us1
    /// Replaces the base URL of the region; without a trailing slash.
    package var url: String?
    /// The timeout of one request of records.
    package var timeout = Duration.seconds(30)
    /// Whether bodies over 1 KiB are compressed.
    package var gzip = true
    /// What counts as an acknowledgement.
    package var acknowledgement = AcknowledgementRules.Mode.json
    /// A secret because it may hold a password.
    package var proxy: Secret?
    /// A PEM file of the authorities to trust instead of the system's.
    package var tlsCAFile: String?

    /// The base URL of all requests, without a trailing slash.
    package var baseURL: String { url ?? "https://api-\(region.rawValue).sipstack.com/v1" }

    package init() {}
}

/// A region of the API.
package enum Region: String, Sendable, CaseIterable {
    case ca1, us1, us2
}
