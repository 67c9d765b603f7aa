package import Daemon
package import Spool

extension SpoolConfiguration: Configurable {
    package init() { self.init(directory: "/var/lib/asterisk-connector") }

    package static let settings = SettingGroup<SpoolConfiguration>(
        title: "Spool",
        introduction: "Where records wait until the API has them. Nothing is lost when the program or the host stops.",
        prefixes: ["SPOOL_"],
        settings: [
            Setting(
                "SPOOL_DIR",
                "spool.dir",
                at: \.directory,
                .path,
                "The folder of the spool. It has to be writable and to outlive the program: in a container, a volume."
            ),
            Setting(
                "SPOOL_MAX_BYTES",
                "spool.max_bytes",
                at: \.maxBytes,
                .integer(1_048_576...1_099_511_627_776, of: "bytes"),
                """
                What the spool may hold; CDRs may take a tenth more. Keys of delivered records have an eighth of it beside \
                that, the folder takes at most 1.25 times as much and 8 MiB.
                """
            ),
        ]
    )
}
