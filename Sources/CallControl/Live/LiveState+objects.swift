import Basics
import LiveCalls

extension EventObject {
    static func call(_ call: LiveCall) -> EventObject {
        let hasEnded = call.state == .ended
        return EventObject(key: "call:" + call.id[...].text, life: .seconds(hasEnded ? 3600 : 86_400))
    }

    static func agent(_ name: [UInt8]) -> EventObject { EventObject(key: "agent:" + name[...].text) }

    static func queue(_ name: [UInt8]) -> EventObject { EventObject(key: "queue:" + name[...].text) }
}

extension LiveState {
    /// Publishes the end of a call that an earlier run has left in Redis; false when there is one of this id, or while the
    /// state may not be that of the PBX.
    func end(_ call: RememberedCall) -> Bool {
        let now = Timestamp.now()
        return state.withLock { state in
            guard !state.sync.isStale, state.model.call(call.id[...]) == nil else { return false }
            let audience = EventAudience(extensions: call.extensions, object: call.id)
            let object = EventObject(key: "call:" + call.id[...].text, life: .seconds(3600))
            hub.publish("call:ended", to: audience, about: object) { json in
                call.writeEnded(into: &json, at: now)
            } members: { json in
                json.required("callId", call.id[...])
                json.key("extension")
                if let first = call.extensions.first { json.string(first[...]) } else { json.null() }
            }
            return true
        }
    }

    /// Shows all calls that have not ended, all agents and all queues, as they are now.
    ///
    /// - Parameter show: called while no event is published, so it must not block, nor call this or the hub.
    func showObjects(_ show: (EventObject, _ json: [UInt8]) -> Void) {
        let now = clock.now()
        state.withLock { state in
            let model = state.model
            func showObject(_ object: EventObject, _ write: (inout JSONWriter) -> Void) {
                var json = JSONWriter(capacity: 1024)
                write(&json)
                show(object, json.bytes)
            }
            for call in model.liveCalls {
                showObject(.call(call)) { json in model.writeCall(call.id[...], into: &json, at: now) }
            }
            for agent in model.allAgents {
                showObject(.agent(agent.extension)) { json in model.writeAgent(agent.extension[...], into: &json) }
            }
            for queue in model.allQueues {
                showObject(.queue(queue.name)) { json in model.writeQueue(queue.name[...], into: &json, at: now) }
            }
        }
    }
}
