/// The version of this program.
package enum Version {
    package static let number = "0.1.0"
    /// The header User-Agent of all requests.
    package static let userAgent = "Asterisk-Connector/\(number)"
}
