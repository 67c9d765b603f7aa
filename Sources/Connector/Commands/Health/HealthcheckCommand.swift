import Basics

/// `healthcheck`: whether the connector works, for Docker and others that restart it.
enum HealthcheckCommand {
    /// Success or failure: Docker knows no other status, also where the configuration is wrong.
    static func run(_ invocation: Invocation) async -> ExitCode {
        let result = LoadedConfiguration.read(invocation, SettingTable.health)
        guard let configuration = result.configuration else {
            for error in result.shownErrors { complain(error) }
            return .failure
        }
        switch await HealthProbe(configuration).ask() {
        case .healthy(let text):
            Terminal.write("healthy: \(text)\n", to: .output)
            return .success
        case .sick(let text):
            complain(text)
            return .failure
        }
    }

    private static func complain(_ text: String) { Terminal.write("asterisk-connector: \(text)\n", to: .errors) }
}
