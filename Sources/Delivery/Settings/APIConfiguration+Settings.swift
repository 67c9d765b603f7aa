import Basics
package import Daemon

extension APIConfiguration {
    package static let settings = SettingGroup<APIConfiguration>(
        title: "API",
        introduction: """
            Where the records go. Proxy variables of the system (`https_proxy` and its like) are ignored on purpose: \
            a proxy that a shell happens to know must not see calls. Name it in `API_PROXY`.
            """,
        prefixes: ["API_"],
        settings: [
            Setting(
                "API_KEY",
                "api.key",
                at: \.key,
                .token,
                "The key that the API knows this PBX by, sent as a bearer token. "
                    + "The standard form is `sk_` and 32 letters or digits; another form is used with a warning.",
                example: "sk_0123456789abcdefghijABCDEFGHIJ01",
                isRequired: true
            ),
            Setting(
                "API_KEY_FILE",
                "api.key_file",
                at: \.keyFile,
                .optional(.secretPath),
                "A file that holds the key, such as a Docker secret; beats `API_KEY`. "
                    + "One line end at its end does not count.",
                example: "/run/secrets/api_key",
                contentOf: "API_KEY"
            ),
            Setting("REGION", "api.region", at: \.region, .region, "The region of the API."),
            Setting(
                "API_URL",
                "api.url",
                at: \.url,
                .optional(.webAddress),
                "Replaces the address made from the region, `https://api-REGION.sipstack.com/v1`. "
                    + "Plain http:// is meant for a receiver on this machine; elsewhere it is used with a warning.",
                example: "http://127.0.0.1:8080/v1"
            ),
            Setting(
                "API_TIMEOUT",
                "api.timeout",
                at: \.timeout,
                .seconds(1...600),
                "How long one request of records may take."
            ),
            Setting(
                "API_GZIP",
                "api.gzip",
                at: \.gzip,
                .boolean,
                "Whether request bodies over 1 KiB are compressed. "
                    + "An answer 415 turns it off until the next start, and so does a request that is answered 400 "
                    + "with gzip and taken without it."
            ),
            Setting(
                "API_ACK",
                "api.ack",
                at: \.acknowledgement,
                .choice,
                "What counts as an acknowledgement: the body of an answer too (`json`), or its status alone (`status`). "
                    + "`status` is for a receiver of your own that answers 200 without a JSON object."
            ),
            Setting(
                "API_PROXY",
                "api.proxy",
                at: \.proxy,
                .optional(.proxy),
                "The proxy to reach the API through. It is treated as a secret, because it may hold a password.",
                example: "http://proxy.example.com:3128"
            ),
            Setting(
                "API_TLS_CA_FILE",
                "api.tls_ca_file",
                at: \.tlsCAFile,
                .optional(.path),
                "A PEM file of the authorities to trust instead of the system's, for a receiver of your own.",
                example: "/etc/asterisk-connector/api-ca.pem"
            ),
        ],
        rules: { api, rules in
            if rules.isStored("API_KEY"), !api.hasUsualKey {
                rules.warn(
                    .advice(
                        "API_KEY does not have the standard form, sk_ and 32 letters or digits; it is used as it is"
                    )
                )
            }
            if let address = api.url.flatMap({ WebAddress($0) }), address.scheme == "http", !address.isLoopback {
                rules.warn(
                    .advice(
                        "API_URL sends calls and the key to \(address.host) without encryption; use https:// outside "
                            + "of a test"
                    )
                )
            }
            rules.requireFile(api.tlsCAFile, "API_TLS_CA_FILE")
        }
    )

    /// Whether the key is `sk_` and 32 letters or digits.
    private var hasUsualKey: Bool {
        let bytes = key.revealed.utf8
        return bytes.count == 35 && key.revealed.hasPrefix("sk_")
            && bytes.dropFirst(3).allSatisfy { ASCII.isDigit($0) || ASCII.lowercased($0) &- 97 < 26 }
    }
}

extension SettingType where Value == Region {
    /// A region; configurations of older connectors may also have `dev`.
    fileprivate static var region: Self {
        let type = choice
        return Self(
            "\(type.allowed); an API elsewhere, such as that of dev, is named by API_URL",
            not: "dev",
            show: type.show
        ) { type.read(.text($0)) }
    }
}
