import Basics
import Daemon

/// `healthcheck`: whether the connector works, for Docker and others that restart it.
enum HealthcheckCommand {
    static let command = Command(
        "healthcheck",
        summary: "Tell whether the connector that runs here works",
        discussion:
            "Asks /healthz at MONITORING_BIND and MONITORING_PORT, or the control socket in SPOOL_DIR where "
            + "MONITORING_ENABLED is false or the port is 0; no other setting counts. Ends with 0 or 1 within 9 s. "
            + "Whether Asterisk and the API are there is another question: /readyz.",
        options: OptionDefinition.configuration,
        run: run
    )

    /// Returns success or failure only, even for a wrong configuration: Docker has no other status.
    private static func run(_ invocation: Invocation) async -> ExitCode {
        let result = invocation.read(HealthProbe.init)
        guard let probe = result.configuration else {
            for error in result.shownErrors { Terminal.complain(error) }
            return .failure
        }
        switch await probe.ask() {
        case .healthy(let text):
            Terminal.write("healthy: \(text)\n", to: .output)
            return .success
        case .sick(let text):
            Terminal.complain(text)
            return .failure
        }
    }
}
