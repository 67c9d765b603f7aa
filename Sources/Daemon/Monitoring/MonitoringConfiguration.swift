package import Basics

/// The settings of the monitoring port: where it listens, and who has access.
package struct MonitoringConfiguration: Configurable {
    /// Whether the process has the port.
    package var isEnabled = true
    /// The TCP port; 0 is any free port.
    package var port: UInt16 = 8000
    /// The address to listen on.
    package var bind = "127.0.0.1"
    /// Names that are allowed in the header Host, in addition to those of loopback and `bind`; `*` allows any.
    package var hosts: [String] = []
    /// Set if and only if the password is set.
    package var username: String?
    package var password = Secret("")
    /// The path of a file with the password, which overrides `password`.
    package var passwordFile: String?
    /// A PEM file; set if and only if the key is set.
    package var tlsCertificateFile: String?
    /// A PEM file with the private key, without a pass phrase.
    package var tlsKeyFile: String?

    package init() {}

    /// Whether only programs on this machine reach the port.
    package var isLoopback: Bool { WebAddress.isLoopback(host: bind) }
}

extension MonitoringConfiguration {
    /// The URL of the port for a process on this machine, without a path; `nil` when it is disabled or any free port.
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

    /// The scheme of the port: `http` or `https`.
    package var scheme: String { tlsCertificateFile == nil ? "http" : "https" }
}
