package import Basics

/// The actions of AMI that a live exchange knows.
extension LiveExchange {
    /// An answer, and how late it comes.
    package struct Reply: Sendable {
        package let bytes: [UInt8]
        package var delay = Duration.zero
    }

    typealias Handler = @Sendable (inout LiveExchange, PBXAction) -> [UInt8]

    /// The classes of which a user needs one to write, and what the action does.
    private static let handlers: [String: (classes: PBXEventClass, handler: Handler)] = [
        "coreshowchannels": ([.system, .reporting], { $0.showChannels($1) }),
        "bridgelist": ([], { $0.listBridges($1) }),
        "bridgeinfo": ([], { $0.showBridge($1) }),
        "parkedcalls": ([], { $0.listParked($1) }),
        "queuestatus": ([], { $0.showQueues($1) }),
        "queuesummary": ([], { $0.summarizeQueues($1) }),
        "devicestatelist": ([.call, .reporting], { $0.listDevices($1) }),
        "extensionstatelist": ([.call, .reporting], { $0.listHints($1) }),
        "getvar": ([.call, .reporting], { $0.getVariable($1) }),
        "setvar": (.call, { $0.setVariable($1) }),
        "originate": (.originate, { $0.originate($1) }),
        "redirect": (.call, { $0.redirect($1) }),
        "bridge": (.call, { $0.bridge($1) }),
        "blindtransfer": (.call, { $0.blindTransfer($1) }),
        "hangup": ([.system, .call], { $0.hangUp($1) }),
        "park": (.call, { $0.park($1) }),
        "playdtmf": (.call, { $0.playDigit($1) }),
        "muteaudio": (.system, { $0.mute($1) }),
        "mixmonitor": (.system, { $0.record($1) }),
        "stopmixmonitor": ([.system, .call], { $0.stopRecording($1) }),
        "mixmonitormute": ([.system, .call], { $0.muteRecording($1) }),
        "queuepause": (.agent, { $0.pauseMember($1) }),
        "queueadd": (.agent, { $0.addMember($1) }),
        "queueremove": (.agent, { $0.removeMember($1) }),
        "pjsipnotify": (.system, { $0.notify($1) }),
    ]

    /// Answers an action of a user who is logged in; `nil` when it is none of the exchange's.
    ///
    /// What it causes is among the events (`takeEvents`), after everything that is due by `time`.
    ///
    /// - Parameter write: the classes that the user may execute.
    package mutating func answer(_ action: PBXAction, write: PBXEventClass, at time: Timestamp) -> Reply? {
        let name = action["action"].lowercased()
        guard let (classes, handler) = Self.handlers[name] else { return nil }
        let earlier = advance(to: time)
        defer { frames = earlier.followed(by: frames) }
        guard classes.isEmpty || !write.isDisjoint(with: classes) else {
            return Reply(bytes: PBXDialogue.error("Permission denied", action))
        }
        var delay = Duration.zero
        if let index = faults.firstIndex(where: { $0.action == name }) {
            switch faults.remove(at: index).outcome {
            case .refused: return Reply(bytes: PBXDialogue.error("Refused by the simulation", action))
            case .ignored:
                var copy = self
                return Reply(bytes: handler(&copy, action))
            case .late(let wanted): delay = wanted
            }
        }
        let bytes = handler(&self, action)
        settle()
        return Reply(bytes: bytes, delay: delay)
    }

    /// The channel with a name or Uniqueid.
    func channel(_ text: String) -> Int? {
        channels.values.lazy.filter { $0.face.name == text || $0.face.uniqueID == text }.map(\.serial).min()
    }

    static func success(_ message: String, _ action: PBXAction) -> [UInt8] {
        PBXDialogue.response("Success", action, [("Message", message)])
    }

    static func error(_ message: String, _ action: PBXAction) -> [UInt8] { PBXDialogue.error(message, action) }
}
