import Basics
import TestSupport

@testable import CallControl

/// A manager with channels, which answers the lists.
final class ListingManager: Sendable {
    struct State {
        var channels = ["1.1"]
        /// How many lists of channels lack their last item.
        var cutLists = 0
        var refused: Set<String> = []
        /// The answer is an error with this message.
        var refusals: [String: String] = [:]
        /// No answer comes.
        var silent: Set<String> = []
        /// What is said on the connection of the events when an action comes, before its answer.
        var deeds: [String: @Sendable (_ headers: [String: String]) -> [String]] = [:]
        var asked: [String] = []
        /// The actions of commands, with their headers.
        var commands: [[String: String]] = []
        /// The connection with events.
        var peer: ScriptedManager.Peer?
        var logins = 0
        var isHungUp = false
        /// The connection ends when this action comes.
        var isHungUpAt: String?
    }

    private let state = Lock(State())

    var asked: [String] { state.withLock { $0.asked.unshared } }
    var logins: Int { state.withLock { $0.logins } }
    /// The actions of commands of a name, with their headers.
    func commands(_ name: String) -> [[String: String]] {
        state.withLock { $0.commands.unshared }.filter { $0["Action"] == name }
    }
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
    func listen() throws -> ScriptedManager {
        try ScriptedManager([{ [self] peer in try serve(peer) }], serial: false)
    }

    private func serve(_ peer: ScriptedManager.Peer) throws {
        let hasEvents = try !peer.acceptLogin().contains { $0.lowercased() == "events: off" }
        state.withLock { state in
            state.logins += 1
            if hasEvents { state.peer = peer }
        }
        defer { if hasEvents { state.withLock { $0.peer = nil } } }
        while true {
            let action = try peer.action()
            let name = action.first.map { String($0.dropFirst("Action: ".count)) } ?? ""
            let id = action.first { $0.hasPrefix("ActionID: ") } ?? ""
            let answer = state.withLock { state -> String? in
                guard state.isHungUpAt != name else { return nil }
                if CommandFigures.actions.contains(name) {
                    let headers = Self.headers(action)
                    if headers.count > 2 { state.commands.append(headers) }
                    guard !state.silent.contains(name) else { return "" }
                    for event in headers.count > 2 ? state.deeds[name]?(headers) ?? [] : [] {
                        try? state.peer?.send(Self.message(event))
                    }
                }
                guard !state.isHungUp else {
                    state.isHungUp = false
                    return nil
                }
                if name != "Ping" { state.asked.append(name) }
                return Self.answer(to: name, id, &state)
            }
            guard let answer else { return }
            if !answer.isEmpty { try peer.send(answer) }
        }
    }

    private static func headers(_ lines: [String]) -> [String: String] {
        var headers: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstRange(of: ": ") else { continue }
            headers[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
        }
        return headers
    }

    private static func answer(to name: String, _ id: String, _ state: inout State) -> String {
        guard !state.refused.contains(name) else {
            return message("Response: Error\n\(id)\nMessage: Permission denied")
        }
        if let message = state.refusals[name] {
            return Self.message("Response: Error\n\(id)\nMessage: \(message)")
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
