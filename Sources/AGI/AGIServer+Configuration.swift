package import Basics

extension AGIServer {
    package struct Configuration: Sendable {
        /// A name or an address; empty for all addresses.
        package var host: String
        /// 0 lets the system choose.
        package var port: UInt16
        /// The most sessions at a time; further ones are closed at once, and the dialplan goes on.
        package var maximumSessions = 1000
        /// How long a handler may take, from `answer` to its reply.
        package var answerDeadline = Duration.milliseconds(300)
        /// How long Asterisk may take for its head, for each reply, and for the end after the answer.
        package var silenceLimit = Duration.seconds(2)
        /// How long open sessions may go on after the server was told to stop.
        package var grace = Duration.seconds(5)
        /// False waits for each reply before the next variable is set.
        package var isOneWrite = true

        package init(host: String, port: UInt16 = 4573) {
            self.host = host
            self.port = port
        }
    }

    /// What the server counts.
    package struct Instruments: Sendable {
        package let openSessions: Gauge
        package let sessions: [AGIOutcome: Counter]
        /// Failures to accept a connection, such as when no descriptor is left.
        package let acceptFailures: Counter

        package init(openSessions: Gauge, sessions: [AGIOutcome: Counter], acceptFailures: Counter) {
            self.openSessions = openSessions
            self.sessions = sessions
            self.acceptFailures = acceptFailures
        }

        /// Metrics that are not registered anywhere.
        package static func unregistered() -> Instruments {
            Instruments(
                openSessions: Gauge(),
                sessions: Dictionary(uniqueKeysWithValues: AGIOutcome.allCases.map { ($0, Counter()) }),
                acceptFailures: Counter()
            )
        }
    }
}
