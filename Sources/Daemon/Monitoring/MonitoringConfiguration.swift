package import Basics

/// The monitoring port: where it is, and who may look.
package struct MonitoringConfiguration: Configurable {
    package var isEnabled = true
    /// 0: any free port.
    package var port: UInt16 = 8000
    package var bind = "127.0.0.1"
    /// Names that the header Host may have, beside those of loopback and `bind`; `*`: any.
    package var hosts: [String] = []
    /// There exactly when there is a password.
    package var username: String?
    package var password = Secret("")
    package var passwordFile: String?
    /// PEM; there exactly when there is a key.
    package var tlsCertificateFile: String?
    package var tlsKeyFile: String?

    package init() {}

    /// Whether only programs on this machine reach the port.
    package var isLoopback: Bool {
        let host = bind.contains(":") ? "[\(bind)]" : bind
        return WebAddress("http://\(host)")?.isLoopback ?? false
    }
}

extension MonitoringConfiguration {
    /// What a process on this machine reaches the port by, without a path; `nil` when that cannot be known.
    package var localURL: String? {
        guard isEnabled, port != 0 else { return nil }
        let host =
            switch bind {
            case "0.0.0.0": "127.0.0.1"
            case "::": "[::1]"
            default: bind.contains(":") ? "[\(bind)]" : bind
            }
        return "\(scheme)://\(host):\(port)"
    }

    /// What the port speaks.
    package var scheme: String { tlsCertificateFile == nil ? "http" : "https" }
}
