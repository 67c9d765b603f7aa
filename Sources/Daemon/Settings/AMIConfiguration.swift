package import Basics

/// The connection to the manager interface of Asterisk.
package struct AMIConfiguration: Configurable {
    package var host = ""
    /// The TCP port; 5039 by default with TLS.
    package var port: UInt16 = 5038
    package var username = ""
    package var password = Secret("")
    /// The path of a file with the password, which overrides `password`.
    package var passwordFile: String?
    package var tls = false
    /// A PEM file of the authorities to trust instead of the system's.
    package var tlsCAFile: String?
    /// Whether the certificate must be valid and match the host.
    package var tlsVerify = true

    package init() {}
}

extension AMIConfiguration {
    package static let settings = SettingGroup<AMIConfiguration>(
        title: "AMI",
        introduction: """
            How to reach the manager interface of Asterisk. The user needs `read = cdr,call`, written without blanks, \
            and no `write`.
            """,
        prefixes: ["AMI_"],
        settings: [
            Setting(
                "AMI_HOST",
                "ami.host",
                at: \.host,
                .host,
                "The machine that Asterisk runs on.",
                example: "127.0.0.1",
                isRequired: true
            ),
            Setting(
                "AMI_PORT",
                "ami.port",
                at: \.port,
                .port(),
                "The TCP port of the manager interface.",
                default: "5038, with AMI_TLS 5039",
                example: "5038"
            ),
            Setting(
                "AMI_USERNAME",
                "ami.username",
                at: \.username,
                .line,
                "The name of the user, its section in manager.conf.",
                example: "connector",
                isRequired: true
            ),
            Setting(
                "AMI_PASSWORD",
                "ami.password",
                at: \.password,
                .password,
                "The secret of the user. It is not sent: the login answers a challenge, "
                    + "unless the server refuses that.",
                example: "a-long-random-secret",
                isRequired: true
            ),
            Setting(
                "AMI_PASSWORD_FILE",
                "ami.password_file",
                at: \.passwordFile,
                .optional(.secretPath),
                "A file that holds the secret; beats `AMI_PASSWORD`. One line end at its end does not count.",
                example: "/run/secrets/ami_password",
                contentOf: "AMI_PASSWORD"
            ),
            Setting("AMI_TLS", "ami.tls", at: \.tls, .boolean, "Whether the connection is encrypted."),
            Setting(
                "AMI_TLS_CA_FILE",
                "ami.tls_ca_file",
                at: \.tlsCAFile,
                .optional(.path),
                "A PEM file of the authorities to trust instead of the system's. "
                    + "For a self-signed certificate, that certificate.",
                example: "/etc/asterisk/keys/ca.crt"
            ),
            Setting(
                "AMI_TLS_VERIFY",
                "ami.tls_verify",
                at: \.tlsVerify,
                .boolean,
                "Whether the certificate has to be valid and of this host."
            ),
        ],
        rules: { ami, rules in
            if ami.tls, !rules.isGiven("AMI_PORT") { ami.port = 5039 }
            rules.requireFile(ami.tlsCAFile, "AMI_TLS_CA_FILE")
        }
    )
}
