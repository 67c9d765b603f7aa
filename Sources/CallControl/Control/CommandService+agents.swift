import AMI
import Basics
import HTTP
import LiveCalls

/// Pauses of agents and their places in queues.
extension CommandService {
    /// Pauses an agent, or makes it available, in one queue or in all of them.
    func setPause(
        _ isOn: Bool,
        of name: String,
        in queue: Dialable?,
        reason: ShownText?,
        by account: Account
    ) async throws(RequestFailure) {
        let ext = try agent(name, account)
        guard account.maySetState(of: name) else {
            throw CallsFailure.forbidden.because("Agent is another user's")
        }
        try checkSync()
        let wanted = queue.map { Array($0.description.utf8) }
        let places = Self.places(of: ext, in: wanted, live)
        guard !places.isEmpty else {
            throw CallsFailure.wrongState.because("Agent is in no queue\(queue.map { " \($0)" } ?? "")")
        }
        let run = run()
        for interface in Set(places.map(\.interface)).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let action = try made { () throws(AMIError) in
                try CallActions.pause(interface[...].text, isOn: isOn, in: queue, reason: isOn ? reason : nil)
            }
            _ = try await run.send(action) { model -> Bool? in
                let members = model.memberships(ofAgent: ext[...]).filter { member in
                    member.interface == interface && (wanted.map { $0 == member.queue } ?? true)
                }
                return members.allSatisfy { $0.isPaused == isOn } ? true : nil
            }
        }
    }

    private static func places(of ext: [UInt8], in queue: [UInt8]?, _ live: LiveState) -> [LiveMembership] {
        live.read { model in
            model.memberships(ofAgent: ext[...]).filter { member in queue.map { $0 == member.queue } ?? true }
        }
    }

    /// Puts an agent into a queue; one who is in it already stays as he is.
    func join(_ queue: String, _ name: String, penalty: Int, by account: Account) async throws(RequestFailure) {
        let (ext, queue) = try place(name, queue, account)
        let device = configuration.channelTemplate.replacing("{extension}", with: name)
        // Queues show this name; another one would rename the agent.
        let known = live.read { model in model.agent(ext[...])?.name[...].text ?? "" }
        let shown = ShownText(known.isEmpty ? name : known)
        guard Self.places(of: ext, in: Array(queue.description.utf8), live).isEmpty else { return }
        let action = try made { () throws(AMIError) in
            guard let shown else { throw .invalidAction("the name is too long") }
            return try CallActions.add(device, named: shown, to: queue, penalty: penalty)
        }
        try await carry(action, ext, queue, isMember: true)
    }

    /// Takes an agent out of a queue; one who is not in it stays so.
    func leave(_ queue: String, _ name: String, by account: Account) async throws(RequestFailure) {
        let (ext, queue) = try place(name, queue, account)
        for place in Self.places(of: ext, in: Array(queue.description.utf8), live) {
            let action = try made { () throws(AMIError) in
                try CallActions.remove(place.interface[...].text, from: queue)
            }
            try await carry(action, ext, queue, isMember: false)
        }
    }

    private func carry(
        _ action: AMIAction,
        _ ext: [UInt8],
        _ queue: Dialable,
        isMember: Bool
    ) async throws(RequestFailure) {
        let name = Array(queue.description.utf8)
        do throws(RequestFailure) {
            _ = try await run().send(action) { model -> Bool? in
                model.memberships(ofAgent: ext[...]).contains { $0.queue == name } == isMember ? true : nil
            }
        } catch {
            guard error.code == CallsFailure.refusedByPBX.rawValue, CallActions.isDoneAlready(error.description) else {
                throw error
            }
        }
    }

    /// An agent and a queue that are there, and that the caller may put together.
    private func place(
        _ name: String,
        _ queue: String,
        _ account: Account
    ) throws(RequestFailure) -> (ext: [UInt8], queue: Dialable) {
        let ext = try agent(name, account)
        guard account.mayManageQueues(of: name) else {
            throw account.role == .agent
                ? CallsFailure.forbidden(account.role) : CallsFailure.forbidden.because("Agent is in no team of yours")
        }
        try checkSync()
        guard let dialable = Dialable(queue), live.read({ $0.queue(LiveModel.id(queue)) }) != nil else {
            throw CallsFailure.targetInvalid.because("No queue \(queue.prefix(64))")
        }
        return (ext, dialable)
    }

    /// An agent whom the caller may see.
    private func agent(_ name: String, _ account: Account) throws(RequestFailure) -> [UInt8] {
        let viewer = EventViewer(account)
        let isSeen = live.read { model in model.agent(LiveModel.id(name)).map { viewer.sees($0) } ?? false }
        guard isSeen else { throw CallsFailure.userNotFound.because("Agent not found") }
        return Array(name.utf8)
    }
}
