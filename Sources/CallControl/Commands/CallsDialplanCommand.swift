import Daemon

/// `calls dialplan`: what to copy into extensions.conf.
enum CallsDialplanCommand {
    static let command = Command(
        "calls dialplan",
        summary: "Print contexts for extensions.conf that hold and transfer calls",
        discussion: "Also how a dialplan asks whether an agent is paused. It has the contexts and the port of "
            + "the settings.",
        options: CallsSettings.options
    ) { invocation in
        let result = CallsSettings.read(invocation) { loader in
            loader.load([
                CallsConfiguration.settings.only(
                    "CALLS_BIND",
                    "CALLS_PORT",
                    "PORT",
                    "CALLS_BEHIND_TLS_PROXY",
                    "CALLS_TLS_CERT_FILE",
                    "CALLS_TLS_KEY_FILE",
                    "PUBLIC_IP",
                    "CALLS_HOLD_CONTEXT"
                )
            ])
        }
        guard let configuration = result.configuration else {
            result.showErrors()
            return .configuration
        }
        Terminal.write(CallsDialplan(configuration).text, to: .output)
        return .success
    }
}
