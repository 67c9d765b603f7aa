import Daemon

extension CallerIDConfiguration {
    private typealias Entry = Setting<CallerIDConfiguration>

    static let trunkPortSettings: [Setting<CallerIDConfiguration>] = [
        Entry(
            "MAIN_API_PORT",
            at: \.trunkPort.port,
            .port(from: 0),
            "The port on `API_HOST` by which an older switch administers the numbers of trunks; off without "
                + "`REQUEST_API_USER`, and when 0."
        ),
        Entry(
            "REQUEST_API_USER",
            at: \.trunkPort.user,
            .line,
            "The user of that port, by HTTP Basic; empty: the port is off.",
            example: "switch"
        ),
        Entry(
            "REQUEST_API_PASS",
            at: \.trunkPort.password,
            .password,
            "The password of the user.",
            example: "a-password-of-your-own"
        ),
        Entry(
            "REQUEST_API_PASS_FILE",
            at: \.trunkPort.passwordFile,
            .optional(.secretPath),
            "A file that holds the password; beats `REQUEST_API_PASS`.",
            example: "/run/secrets/request_api_pass",
            contentOf: "REQUEST_API_PASS"
        ),
        Entry(
            "ROUTE_NUMBERS",
            at: \.trunkPort.routes,
            .list(of: "pairs such as OPS_TRUNK=92", not: "OPS_TRUNK") { text in
                TrunkPortSettings.route(text) == nil ? nil : text
            },
            "The route of the numbers by which a trunk's numbers are replaced; else the one that it has.",
            example: "OPS_TRUNK=92,OPS_TRUNK_DR="
        ),
    ]
}
