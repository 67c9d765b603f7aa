package import Basics
import Daemon

/// How the API is reached.
package struct APIConfiguration: Configurable {
    package var key = Secret("")
    package var keyFile: String?
    package var region = Region.us1
    /// Replaces the base made from the region; without a slash at its end.
    package var url: String?
    /// For one request of records.
    package var timeout = Duration.seconds(30)
    package var gzip = true
    package var acknowledgement = AcknowledgementRules.Mode.json
    /// A secret because it may hold a password.
    package var proxy: Secret?
    /// PEM of the authorities to trust instead of the system's.
    package var tlsCAFile: String?

    /// What the paths of all requests are added to, without a slash at its end.
    package var baseURL: String { url ?? "https://api-\(region.rawValue).sipstack.com/v1" }

    package init() {}
}

package enum Region: String, Sendable, CaseIterable {
    case ca1, us1, us2
}
