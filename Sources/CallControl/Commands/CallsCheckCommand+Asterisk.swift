import AMI
import Basics
import Daemon
import LiveCalls

extension CallsCheckCommand {
    /// The timeout of the login, and of the questions after it.
    private static let timeout = Duration.seconds(15)

    /// Logs in, then checks the rights of the user, the lists and the dialplan.
    static func checkAsterisk(_ configuration: CallsConfiguration, _ report: inout CheckReport) async {
        var session = report
        let failure = await CheckSession.run(configuration.ami.client, within: timeout) { client in
            let user = configuration.ami.username
            session.add(.passed, "Asterisk", "logged in as \(user): \(client.status.greeting)")
            do throws(AMIError) {
                try await checkRights(client, user, &session)
                try await checkLists(client, user, &session)
                try await checkDialplan(client, configuration.contexts, &session)
            } catch {
                session.add(.failed, "Asterisk", Masking.masked("\(error)"))
            }
        }
        report = session
        if let failure { report.add(.failed, "Asterisk", Masking.masked(failure)) }
    }

    /// The answer to an action, or its refusal by Asterisk; throws other errors.
    private static func ask(
        _ client: AMIClient,
        _ action: AMIAction
    ) async throws(AMIError) -> Result<AMIReply, AMIError> {
        do throws(AMIError) {
            return .success(try await client.send(action, within: timeout))
        } catch {
            guard case .actionRefused = error else { throw error }
            return .failure(error)
        }
    }

    private static func checkRights(
        _ client: AMIClient,
        _ user: String,
        _ report: inout CheckReport
    ) async throws(AMIError) {
        var allowed: [String] = []
        for right in AMIRight.allCases {
            switch try AMIRight.finding(try await ask(client, right.probe)) {
            case .allowed: allowed.append(right.rawValue)
            case .denied:
                report.add(
                    right == .reporting ? .failed : .warning,
                    "Rights",
                    "write=\(right.rawValue) is missing: \(right.loss); add it in section [\(user)] of manager.conf, "
                        + "then 'asterisk -rx \"manager reload\"'"
                )
            case .unknown:
                report.add(
                    .warning,
                    "Rights",
                    "Asterisk has no action \(try right.probe.name): \(right.loss); "
                        + (right.module.map { "load \($0) in modules.conf" } ?? "see its version")
                )
            }
        }
        if !allowed.isEmpty { report.add(.passed, "Rights", "write=\(allowed.joined(separator: ","))") }
        report.add(
            .note,
            "Rights",
            "nobody can ask over AMI what a user may read: section [\(user)] needs read=system,call,agent,user"
        )
        guard case .success(let commands) = try await ask(client, AMIAction("ListCommands")) else { return }
        let superfluous = AMIRight.superfluous.filter { commands.response.value(named: $0.0) != nil }.map(\.1)
        guard !superfluous.isEmpty else { return }
        report.add(
            .warning,
            "Rights",
            "the user also has \(superfluous.joined(separator: ", ")), which nothing here needs: remove it from 'write' "
                + "in section [\(user)] of manager.conf"
        )
    }

    /// What is not shown when a list does not come, the right that it needs, and what brings it.
    private static func loss(_ kind: LiveList.Kind) -> (what: String, right: AMIRight, source: String) {
        switch kind {
        case .channels: ("calls", .reporting, "see the version of Asterisk")
        case .bridges, .bridge: ("who talks with whom", .reporting, "Asterisk 12 or later is needed")
        case .parkedCalls: ("parked calls", .call, "load res_parking.so")
        case .queues: ("queues", .reporting, "load app_queue.so")
        case .devices: ("the state of phones", .reporting, "load res_manager_devicestate.so")
        case .hints: ("the state of hints", .reporting, "see the version of Asterisk")
        }
    }

    private static func checkLists(
        _ client: AMIClient,
        _ user: String,
        _ report: inout CheckReport
    ) async throws(AMIError) {
        var counts: [String] = []
        for kind in LiveList.Kind.all {
            let action = try kind.action
            let (what, right, source) = loss(kind)
            switch try await ask(client, action) {
            case .success(let reply):
                if let end = reply.end, LiveList.isComplete(reply.items, end: end) {
                    counts.append("\(action.name) \(reply.items.count)")
                } else {
                    report.add(.warning, "Lists", "\(action.name) was not complete; try again, Asterisk is busy")
                }
            case .failure(let error):
                let isDenied = try AMIRight.finding(.failure(error)) == .denied
                let advice = isDenied ? "add \(right.rawValue) to 'write' in section [\(user)] of manager.conf" : source
                report.add(
                    kind == .channels ? .failed : .warning,
                    "Lists",
                    "\(Masking.masked("\(error)")): \(what) cannot be shown; \(advice)"
                )
            }
        }
        if !counts.isEmpty { report.add(.passed, "Lists", "items: \(counts.joined(separator: ", "))") }
    }

    private static func checkDialplan(
        _ client: AMIClient,
        _ contexts: CallActions.Contexts,
        _ report: inout CheckReport
    ) async throws(AMIError) {
        var found: [String] = []
        for (context, exten, loss) in [
            (contexts.hold, "held", "calls cannot be held, nor transferred with consultation"),
            (contexts.transfer, "100", "a transferred call that nobody takes does not come back"),
            (contexts.queue, "100", "no calls can be transferred into queues"),
        ] {
            guard let name = Dialable(context), let number = Dialable(exten) else { continue }
            switch try await ask(client, CallActions.exists(number, in: name)) {
            case .success(let reply):
                if reply.response["Value"]?.elementsEqual("1".utf8) == true {
                    found.append(context)
                } else {
                    report.add(
                        .warning,
                        "Dialplan",
                        "no context [\(context)]: \(loss); add what 'asterisk-connector calls dialplan' prints to "
                            + "extensions.conf, then 'asterisk -rx \"dialplan reload\"'"
                    )
                }
            case .failure(let error):
                report.add(
                    .warning,
                    "Dialplan",
                    "whether [\(context)] is there cannot be asked: \(Masking.masked("\(error)"))"
                )
            }
        }
        if !found.isEmpty { report.add(.passed, "Dialplan", "[\(found.joined(separator: "], ["))]") }
    }
}
