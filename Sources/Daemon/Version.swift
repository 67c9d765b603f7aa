/// What this program calls itself.
package enum Version {
    package static let number = "0.1.0"
    package static let userAgent = "Asterisk-Connector/\(number)"
}
