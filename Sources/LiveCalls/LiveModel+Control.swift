package import Basics

/// One place of an agent in a queue.
package struct LiveMembership: Sendable, Equatable {
    package let queue: [UInt8]
    package let interface: [UInt8]
    package let isPaused: Bool
}

/// What decides how a call or an agent can be controlled.
extension LiveModel {
    /// The two channels of a call that are alone with each other in a basic bridge; `nil` for any other call.
    package func conversation(of call: LiveCall) -> (LiveChannel, LiveChannel)? {
        guard call.channels.count == 2 else { return nil }
        let (one, other) = (channels[call.channels[0]], channels[call.channels[1]])
        guard one.bridge >= 0, one.bridge == other.bridge, one.state == .up, other.state == .up, !one.isLocal,
            !other.isLocal, bridges[one.bridge].kind == .basic, bridges[one.bridge].channels.count == 2
        else { return nil }
        return (one, other)
    }

    /// Whether a channel is in a conference, which is no call of two.
    package func isInConference(_ channel: LiveChannel) -> Bool {
        channel.bridge >= 0 && bridges[channel.bridge].kind == .conference
    }

    /// The places of an agent in queues.
    package func memberships(ofAgent name: Bytes) -> [LiveMembership] {
        guard let agent = agent(name) else { return [] }
        return agent.memberships.map { place in
            let member = queues[place.queue].members[LiveKey(place.interface[...])]
            return LiveMembership(
                queue: queues[place.queue].name,
                interface: place.interface,
                isPaused: member?.isPaused ?? false
            )
        }
    }
}
