import Daemon

/// `callerid dialplan`: what to copy into extensions.conf.
enum DialplanCommand {
    static let command = Command(
        "callerid dialplan",
        summary: "Print contexts for extensions.conf that ask for caller IDs",
        discussion: "They have the ports of the settings, and are for an Asterisk on the same machine.",
        options: [CallerIDSettings.option]
    ) { invocation in
        guard let configuration = CallerIDSettings.load(invocation)?.configuration else { return .configuration }
        Terminal.write(DialplanSamples(configuration).text, to: .output)
        return .success
    }
}
