import Basics
import TestSupport

/// A manager with channels, which answers the lists.
final class ListingManager: Sendable {
    struct State {
        var channels = ["1.1"]
        /// How many lists of channels lack their last item.
        var cutLists = 0
        var refused: Set<String> = []
        var asked: [String] = []
        var peer: ScriptedManager.Peer?
        var isHungUp = false
    }

    private let state = Lock(State())

    var asked: [String] { state.withLock { $0.asked.unshared } }
    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    /// Sends an event to the client.
    func say(_ text: String) {
        state.withLock { state in try? state.peer?.send(Self.message(text)) }
    }

    /// Ends the connection after the next action.
    func hangUp() {
        state.withLock { state in
            state.isHungUp = true
            // Makes the client ask.
            try? state.peer?.send(Self.message("Event: Reload\nModule: app_queue\nStatus: 0"))
        }
    }

    private static func message(_ text: String) -> String {
        text.split(separator: "\n").map { $0 + "\r\n" }.joined() + "\r\n"
    }

    /// The port of a manager that answers so, as long as it exists.
    func listen() throws -> ScriptedManager { try ScriptedManager { [self] peer in try serve(peer) } }

    private func serve(_ peer: ScriptedManager.Peer) throws {
        try peer.acceptLogin()
        state.withLock { $0.peer = peer }
        defer { state.withLock { $0.peer = nil } }
        while true {
            let action = try peer.action()
            let name = action.first.map { String($0.dropFirst("Action: ".count)) } ?? ""
            let id = action.first { $0.hasPrefix("ActionID: ") } ?? ""
            let answer = state.withLock { state -> String? in
                guard !state.isHungUp else {
                    state.isHungUp = false
                    return nil
                }
                if name != "Ping" { state.asked.append(name) }
                return Self.answer(to: name, id, &state)
            }
            guard let answer else { return }
            try peer.send(answer)
        }
    }

    private static func answer(to name: String, _ id: String, _ state: inout State) -> String {
        guard !state.refused.contains(name) else {
            return message("Response: Error\n\(id)\nMessage: Permission denied")
        }
        let ends = [
            "CoreShowChannels": "CoreShowChannelsComplete", "BridgeList": "BridgeListComplete",
            "ParkedCalls": "ParkedCallsComplete", "QueueStatus": "QueueStatusComplete",
            "DeviceStateList": "DeviceStateListComplete", "ExtensionStateList": "ExtensionStateListComplete",
        ]
        guard let end = ends[name] else { return message("Response: Success\n\(id)\nCoreStartupDate: 2026-11-29") }
        var items = name == "CoreShowChannels" ? state.channels.map { channel($0, id) } : []
        let count = items.count
        if count > 0, state.cutLists > 0 {
            state.cutLists -= 1
            items.removeLast()
        }
        return message("Response: Success\n\(id)\nEventList: start") + items.joined()
            + message("Event: \(end)\n\(id)\nEventList: Complete\nListItems: \(count)")
    }

    private static func channel(_ uniqueID: String, _ id: String) -> String {
        message(
            """
            Event: CoreShowChannel
            \(id)
            Channel: PJSIP/1001-1
            ChannelState: 6
            Uniqueid: \(uniqueID)
            Linkedid: \(uniqueID)
            Duration: 00:00:07
            """
        )
    }
}
