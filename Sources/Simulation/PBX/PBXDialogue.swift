package import Basics

/// The answers of one session to the actions of its client: Asterisk's side of AMI without the socket.
///
/// The answers have the form of manager.c in Asterisk 22.
package struct PBXDialogue: Sendable {
    /// What the session does after an answer.
    package enum Consequence: Sendable, Equatable {
        case stay
        case loggedIn
        /// The answer is sent after the delay for failed logins; then the session ends.
        case refuse
        /// The session ends after the answer.
        case close
        case fault(PBXFault)
    }

    /// Facts from outside the session.
    package struct Surroundings: Sendable {
        package var refusesLogins = false
        package var refusesChallenge = false
        /// Users with a session.
        package var usersPresent: Set<String> = []
        /// The statistics of the simulation as one line of JSON.
        package var statistics: [UInt8] = []
        package var now = Timestamp.now()
        package var started = Timestamp.now()
        /// How many channels there are.
        package var channels = 0

        package init() {}
    }

    package static let greeting = Array("Asterisk Call Manager/11.0.0\r\n".utf8)
    package static let lineTooLong = "Failed to parse message: line too long"
    package static let tooManyLines = "Too many lines in message or allocation failure"

    private let users: [PBXUser]
    private let dialect: PBXDialect
    private let challenge: String
    private var hasChallenged = false

    /// The user who is logged in.
    package private(set) var user: PBXUser?
    /// The event classes that the session receives.
    package private(set) var mask: PBXEventClass = []

    /// - Parameter challenge: at most nine digits, one value for the whole session.
    package init(users: [PBXUser], dialect: PBXDialect, challenge: Int) {
        self.users = users
        self.dialect = dialect
        self.challenge = "\(challenge)"
    }

    /// Answers an action.
    package mutating func answer(_ action: PBXAction, _ around: Surroundings) -> (bytes: [UInt8], Consequence) {
        let name = action["action"]
        switch name.lowercased() {
        case "": return (Self.error("Missing action in request", action), .stay)
        case "simulate": return simulate(action, around)
        case "login": return logIn(action, around)
        case "challenge": return (challengeAnswer(action, around), .stay)
        case "logoff":
            return (Self.response("Goodbye", action, [("Message", "Thanks for all the fish.")]), .close)
        default: break
        }
        guard let user else { return (Self.error("Permission denied", action), .stay) }
        return (answer(name, action, user, around), .stay)
    }

    private mutating func answer(
        _ name: String,
        _ action: PBXAction,
        _ user: PBXUser,
        _ around: Surroundings
    ) -> [UInt8] {
        switch name.lowercased() {
        case "ping":
            var epoch: [UInt8] = []
            epoch.appendEpoch(around.now)
            return Self.response("Success", action, [("Ping", "Pong"), ("Timestamp", epoch[...].text)])
        case "events":
            guard let wanted = PBXEventClass(mask: action["eventmask"]) else {
                return Self.error("Invalid event mask", action)
            }
            mask = user.read.intersection(wanted)
            return Self.response("Success", action, [("Events", wanted.isEmpty ? "Off" : "On")])
        case "listcommands":
            let commands = [
                "Challenge", "CoreSettings", "CoreStatus", "Events", "ListCommands", "Login", "Logoff", "Ping",
            ]
            return Self.response("Success", action, commands.map { ($0, "  (Priv: <none>)") })
        case "coresettings", "corestatus":
            guard !user.write.isDisjoint(with: [.system, .reporting]) else {
                return Self.error("Permission denied", action)
            }
            return name.lowercased() == "coresettings" ? coreSettings(action) : coreStatus(action, around)
        default:
            let text = "Invalid/unknown command: \(name). Use Action: ListCommands to show available commands."
            return Self.error(text, action)
        }
    }

    private mutating func challengeAnswer(_ action: PBXAction, _ around: Surroundings) -> [UInt8] {
        guard !around.refusesChallenge else { return Self.error("Permission denied", action) }
        guard action["authtype"].lowercased() == "md5" else { return Self.error("Must specify AuthType", action) }
        hasChallenged = true
        return Self.response("Success", action, [("Challenge", challenge)])
    }

    private mutating func logIn(_ action: PBXAction, _ around: Surroundings) -> (bytes: [UInt8], Consequence) {
        guard user == nil else {
            return (Self.response("Success", action, [("Message", "Already authenticated")]), .stay)
        }
        guard !around.refusesLogins, let known = users.first(where: { $0.name == action["username"] }),
            isProven(known, action)
        else { return (Self.error("Authentication failed", action), .refuse) }
        guard known.allowsMultipleLogin || !around.usersPresent.contains(known.name) else {
            return (Self.error("Login Already In Use", action), .refuse)
        }
        user = known
        mask = known.read.intersection(PBXEventClass(mask: action["events"]) ?? .all)
        var bytes = Self.response("Success", action, [("Message", "Authentication accepted")])
        if mask.contains(.system) { appendFullyBooted(to: &bytes, uptime: around.now.seconds - around.started.seconds) }
        return (bytes, .loggedIn)
    }

    private func isProven(_ user: PBXUser, _ action: PBXAction) -> Bool {
        guard action["authtype"].lowercased() == "md5" else { return action["secret"] == user.secret.revealed }
        let digest = Digest.md5(Array(challenge.utf8) + Array(user.secret.revealed.utf8))
        return hasChallenged && !digest.isEmpty && ASCII.hexadecimal(digest).elementsEqual(action["key"].utf8)
    }

    /// The event in the form that Login sends: without timestamp and system name.
    private func appendFullyBooted(to bytes: inout [UInt8], uptime: Int) {
        bytes.appendHeader("Event", "FullyBooted")
        bytes.appendHeader("Privilege", "system,all")
        bytes.appendHeader("Uptime", uptime)
        bytes.appendHeader("LastReload", uptime)
        bytes.appendHeader("Status", "Fully Booted")
        bytes.appendLineEnd()
    }

    private func coreSettings(_ action: PBXAction) -> [UInt8] {
        Self.response(
            "Success",
            action,
            [
                ("AMIversion", "11.0.0"), ("AsteriskVersion", "22.10.1"), ("SystemName", dialect.systemName ?? ""),
                ("CoreMaxCalls", "0"), ("CoreMaxLoadAvg", "0.000000"), ("CoreRunUser", ""), ("CoreRunGroup", ""),
                ("CoreMaxFilehandles", "0"), ("CoreRealTimeEnabled", "No"), ("CoreCDRenabled", "Yes"),
                ("CoreHTTPenabled", "No"), ("SoundsSearchCustomDir", "No"),
            ]
        )
    }

    private func coreStatus(_ action: PBXAction, _ around: Surroundings) -> [UInt8] {
        let seconds = around.started.seconds
        var local: [UInt8] = []
        CivilTime(secondsSinceEpoch: seconds + (dialect.zone?.offset(at: seconds) ?? 0)).append(to: &local)
        let (date, time) = (local.prefix(10).text, local.suffix(8).text)
        return Self.response(
            "Success",
            action,
            [
                ("CoreStartupDate", date), ("CoreStartupTime", time), ("CoreReloadDate", date),
                ("CoreReloadTime", time),
                ("CoreCurrentCalls", "\(around.channels)"),
            ]
        )
    }

    /// The simulation's own action: sets the fault in the header `Fault`, or returns statistics.
    private func simulate(_ action: PBXAction, _ around: Surroundings) -> (bytes: [UInt8], Consequence) {
        guard !action["fault"].isEmpty else {
            return (Self.response("Success", action, [("Statistics", around.statistics[...].text)]), .stay)
        }
        guard let fault = PBXFault(action["fault"]) else {
            return (Self.error("Unknown fault: \(action["fault"])", action), .stay)
        }
        return (Self.response("Success", action, [("Message", "Fault set: \(fault)")]), .fault(fault))
    }

    /// The error answer to an action, or to input that is not an action.
    package static func error(_ message: String, _ action: PBXAction? = nil) -> [UInt8] {
        response("Error", action, [("Message", message)])
    }

    static func response(_ kind: String, _ action: PBXAction?, _ headers: [(String, String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendHeader("Response", kind)
        if let id = action?["actionid"], !id.isEmpty { bytes.appendHeader("ActionID", id) }
        for (name, value) in headers { bytes.appendHeader(name, value) }
        bytes.appendLineEnd()
        return bytes
    }
}
