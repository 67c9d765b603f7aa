import Basics
package import Daemon

extension VoicemailConfiguration {
    package static let settings = SettingGroup<VoicemailConfiguration>(
        title: "Voicemail",
        introduction: """
            Read by the commands `voicemail` only, and only from the environment and the file that `--env-file` names, \
            else from `/etc/asterisk-connector/voicemail.env`. They also read `API_KEY`, `API_KEY_FILE`, `API_URL`, \
            `REGION`, `API_PROXY`, `API_TLS_CA_FILE` and `HOST_HOSTNAME`. For `voicemail mail` a wrong value is a \
            warning and the default counts, so that the mail goes out; for the others it is an error.
            """,
        prefixes: ["VOICEMAIL_"],
        settings: [
            Setting(
                "VOICEMAIL_API_KEY",
                at: \.ownKey,
                .token,
                "The key for transcriptions, sent as a bearer token. Without it `SK_KEY` counts, then `API_KEY`; "
                    + "without any key, mails go out without the text of the message.",
                example: "sk_0123456789abcdefghijABCDEFGHIJ01"
            ),
            Setting(
                "VOICEMAIL_API_KEY_FILE",
                at: \.keyFile,
                .optional(.secretPath),
                "A file that holds the key; beats `VOICEMAIL_API_KEY`.",
                example: "/etc/asterisk-connector/voicemail_api_key",
                contentOf: "VOICEMAIL_API_KEY"
            ),
            Setting(
                "SK_KEY",
                at: \.formerKey,
                .token,
                "The same key under its name of older connectors.",
                example: "sk_0123456789abcdefghijABCDEFGHIJ01"
            ),
            Setting(
                "VOICEMAIL_API_ENDPOINT",
                at: \.ownEndpoint,
                .optional(.webAddress),
                "The URL that messages are sent to, in place of the one made from `API_URL` or `REGION`, which ends in "
                    + "`/rt/voicemail`. Plain http:// is used with a warning, unless it is on this machine.",
                example: "https://api-us1.sipstack.com/v1/rt/voicemail"
            ),
            Setting(
                "VOICEMAIL_TIMEOUT",
                at: \.timeout,
                .seconds(1...300),
                "How long a mail waits for the text of its message; then it goes out without."
            ),
            Setting(
                "VOICEMAIL_TEMPLATE",
                at: \.template,
                .optional(.path),
                "The template of the HTML. Without it `/etc/asterisk/voicemail-email.template` counts, then "
                    + "`/etc/asterisk/voicemail-email.conf`, then the built-in one.",
                example: "/etc/asterisk/voicemail-email.template"
            ),
            Setting(
                "VOICEMAIL_FOOTER",
                at: \.footer,
                .line,
                "The last line of a mail, `FOOTER` in the template."
            ),
            Setting(
                "VOICEMAIL_MAX_MESSAGES",
                at: \.maximumMessages,
                .integer(0...1_000_000, of: "messages"),
                "The size of a box (`maxmsg` in voicemail.conf): from 75 % on, mails have an alert. 0: no alerts."
            ),
            Setting(
                "VOICEMAIL_QUEUE_DIR",
                at: \.queueFolder,
                .folder,
                "The folder that keeps each mail until it is sent; only Asterisk's user can read it."
            ),
            Setting(
                "VOICEMAIL_MAX_CONCURRENT",
                at: \.concurrency,
                .integer(1...64),
                "The most messages transcribed at once; the others wait within their time-out."
            ),
            Setting(
                "SENDMAIL_CMD",
                at: \.sendmail,
                .words,
                "The program that takes mails on its standard input, and its words; no shell reads them. "
                    + "`-t` and `-i` are added where they are missing."
            ),
            Setting(
                "TEMP_DIR",
                at: \.temporaryFolder,
                .folder,
                "Where mails are kept when `VOICEMAIL_QUEUE_DIR` cannot be written."
            ),
            Setting(
                "EMAIL_FORMAT",
                at: \.format,
                .choice,
                "What a mail has: `html` text and HTML, `text` text only, `original` the text of Asterisk with that of "
                    + "the message below."
            ),
            Setting(
                "DEBUG",
                at: \.debug,
                .boolean,
                "Whether all steps are written to `VOICEMAIL_LOG`, not only warnings to syslog. Neither has the text of "
                    + "a message, a name, or more than the last four digits of a number."
            ),
            Setting(
                "VOICEMAIL_LOG",
                at: \.logFile,
                .folder,
                "The file that `DEBUG` writes to."
            ),
            Setting(
                unused: "VOICEMAIL_SPOOL_DIR",
                as: SettingType<String>.path,
                default: "/var/spool/asterisk/voicemail",
                "Kept for compatibility, without effect: Asterisk's own folder of messages is not read."
            ),
        ]
    )

    /// The settings of `run` that count here too, by the same names.
    ///
    /// They are documented with `run`.
    package static let shared = SettingGroup<VoicemailConnection>(
        title: "Voicemail",
        introduction: "",
        settings: [
            Setting("API_KEY", at: \.key, .token, "The key of the API."),
            Setting("API_KEY_FILE", at: \.keyFile, .optional(.secretPath), "A file with it.", contentOf: "API_KEY"),
            Setting("REGION", at: \.region, .region, "The region of the API."),
            Setting("API_URL", at: \.url, .optional(.webAddress), "The address of the API."),
            Setting("API_PROXY", at: \.proxy, .optional(.proxy), "The proxy to the API."),
            Setting("API_TLS_CA_FILE", at: \.authorityFile, .optional(.path), "The authorities to trust."),
            Setting("HOST_HOSTNAME", at: \.hostname, .line, "The name of this PBX."),
        ]
    )
}

extension SettingType where Value == String {
    /// The absolute path of a file or folder.
    fileprivate static var folder: Self {
        Self("a path that begins with /", not: "spool", show: { $0 }) { text in
            text.hasPrefix("/") && !text.hasControlCharacters ? text : nil
        }
    }

    fileprivate static var region: Self {
        let regions = ["ca1", "us1", "us2"]
        return Self(regions.joined(separator: ", "), not: "dev", show: { $0 }) { text in
            regions.first { $0 == text.lowercased() }
        }
    }
}

extension SettingType where Value == [String] {
    /// The path of a program and its words, with blanks between them.
    fileprivate static var words: Self {
        Self(
            "the path of a program, which begins with /, and its words, with blanks between them",
            not: "sendmail -t",
            show: { $0.joined(separator: " ") },
            read: { text in
                let words = text.split(separator: " ").map { String($0) }
                return words.first?.hasPrefix("/") == true && !text.hasControlCharacters ? words : nil
            }
        )
    }
}
