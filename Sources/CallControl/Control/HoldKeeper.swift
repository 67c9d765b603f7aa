import Basics
import HTTP
import LiveCalls

/// Ends calls that are held by Redirect and of which one side has hung up: nobody would tell the other one.
///
/// Calls of transfers are left alone, since a transfer looks after its own.
struct HoldKeeper: Service {
    let name = "held-calls"
    private let service: CommandService
    private let interval: Duration

    init(_ service: CommandService, interval: Duration = .milliseconds(250)) {
        self.service = service
        self.interval = interval
    }

    func run() async throws {
        var hungUp: Set<[UInt8]> = []
        while true {
            try await Task.sleep(for: interval)
            let alone = lonely
            for channel in alone where !hungUp.contains(channel.id) {
                guard let action = try? CallActions.hangUp(channel.address) else { continue }
                let reply = await service.commands.send(action)
                service.log.debug("held party left alone, hung up", [.init(own: "result", reply.result.rawValue)])
            }
            // What is still there is tried once; the dialplan ends it at last.
            hungUp = Set(alone.map(\.id))
        }
    }

    /// The channels that are left of held calls.
    private var lonely: [LiveChannel] {
        guard case .synced = service.live.sync else { return [] }
        let context = service.configuration.contexts.hold
        return service.live.read { model in
            model.liveCalls.compactMap { call in
                guard call.endedAt == nil, call.state != .transferring, !call.notes.isTransferring else { return nil }
                let channels = model.channels(of: call, withLocal: true)
                guard channels.count == 1, let last = channels.first, !last.isBridged,
                    last.context[...].text == context,
                    last.exten[...].text == "held" || last.exten[...].text == "holder"
                else { return nil }
                return last
            }
        }
    }
}
