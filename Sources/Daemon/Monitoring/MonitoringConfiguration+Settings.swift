import Basics

extension MonitoringConfiguration {
    package static let settings = SettingGroup<MonitoringConfiguration>(
        title: "Monitoring",
        introduction: """
            A small HTTP port with the live page at `/`, and `/metrics`, `/healthz`, `/readyz` and `/status`. \
            `/healthz` and `/readyz` never ask for the password.
            """,
        prefixes: ["MONITORING_"],
        settings: [
            Setting(
                "MONITORING_ENABLED",
                "monitoring.enabled",
                at: \.isEnabled,
                .boolean,
                "Whether there is such a port."
            ),
            Setting(
                "MONITORING_PORT",
                "monitoring.port",
                at: \.port,
                .port(from: 0),
                "The TCP port. 0: any free port, written to the log."
            ),
            Setting(
                "MONITORING_BIND",
                "monitoring.bind",
                at: \.bind,
                .host,
                "The address to listen on. With 0.0.0.0 and host networking it is public: then set a user name, "
                    + "a password and a certificate too."
            ),
            Setting(
                "MONITORING_HOSTS",
                "monitoring.hosts",
                at: \.hosts,
                .hosts,
                "The host names by which the port may be asked (the header `Host`), beside localhost and the address of "
                    + "`MONITORING_BIND`; others are answered 421, so that no page in a browser reads it through a name "
                    + "of its own. `*`: any. With 0.0.0.0 or ::, every IP address is allowed.",
                default: "(localhost, 127.0.0.0/8, ::1 and `MONITORING_BIND`)",
                example: "pbx.example.com"
            ),
            Setting(
                "MONITORING_USERNAME",
                "monitoring.username",
                at: \.username,
                .optional(.userName),
                "The name to ask for, together with the password. Without both, everyone who reaches the port may look.",
                example: "admin"
            ),
            Setting(
                "MONITORING_PASSWORD",
                "monitoring.password",
                at: \.password,
                .password,
                "The password to ask for.",
                example: "a-long-password"
            ),
            Setting(
                "MONITORING_PASSWORD_FILE",
                "monitoring.password_file",
                at: \.passwordFile,
                .optional(.secretPath),
                "A file that holds the password; beats `MONITORING_PASSWORD`. One line end at its end does not count.",
                example: "/run/secrets/monitoring_password",
                contentOf: "MONITORING_PASSWORD"
            ),
            Setting(
                "MONITORING_TLS_CERTIFICATE_FILE",
                "monitoring.tls_certificate_file",
                at: \.tlsCertificateFile,
                .optional(.path),
                "A PEM file with the certificate to speak HTTPS with, then those of its authorities. "
                    + "It is read at the start.",
                example: "/etc/asterisk-connector/monitoring.pem"
            ),
            Setting(
                "MONITORING_TLS_KEY_FILE",
                "monitoring.tls_key_file",
                at: \.tlsKeyFile,
                .optional(.path),
                "A PEM file with the private key of the certificate, without a pass phrase.",
                example: "/etc/asterisk-connector/monitoring-key.pem"
            ),
        ],
        rules: { monitoring, rules in
            rules.requireBoth("MONITORING_USERNAME", "MONITORING_PASSWORD")
            rules.requireBoth("MONITORING_TLS_CERTIFICATE_FILE", "MONITORING_TLS_KEY_FILE")
            rules.requirePEM(
                monitoring.tlsCertificateFile,
                "MONITORING_TLS_CERTIFICATE_FILE",
                "certificate"
            ) { text in
                text.contains("-----BEGIN CERTIFICATE-----")
            }
            rules.requirePEM(
                monitoring.tlsKeyFile,
                "MONITORING_TLS_KEY_FILE",
                "private key without a pass phrase"
            ) { text in
                text.contains("PRIVATE KEY-----") && !text.contains("ENCRYPTED")
            }
            guard monitoring.isEnabled, !monitoring.isLoopback else { return }
            if monitoring.username == nil {
                rules.warn(.openMonitoring(host: monitoring.bind))
            } else if monitoring.tlsCertificateFile == nil {
                rules.warn(.plainMonitoring(host: monitoring.bind))
            }
        }
    )
}
