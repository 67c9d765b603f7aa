import Basics
import LiveCalls

/// What clients may see of the live state; each answer is of one moment, with the number of the last event before it.
extension LiveState {
    /// Which calls a client asks for; `nil` for any.
    struct CallFilter: Sendable {
        var state: LiveCall.State?
        var `extension`: [UInt8]?
        var queue: [UInt8]?

        func includes(_ call: LiveCall) -> Bool {
            (state.map { $0 == call.state } ?? true)
                && (`extension`.map { call.agentExtensions.contains($0) } ?? true)
                && (queue.map { call.queue?.name == $0 } ?? true)
        }
    }

    /// Writes `calls`: those that have not ended and that the viewer may see, oldest first.
    func writeCalls(_ filter: CallFilter, for viewer: EventViewer, into json: inout JSONWriter) {
        write(into: &json) { model, now, json in
            json.key("calls")
            json.beginArray()
            for call in model.liveCalls where viewer.sees(call) && filter.includes(call) {
                model.writeCall(call.id[...], into: &json, at: now)
            }
            json.endArray()
        }
    }

    /// Writes `call`; false when there is none of this id that the viewer may see.
    ///
    /// - Parameter withLocal: whether halves of Local channels are shown.
    func writeCall(
        _ id: String,
        withLocal: Bool,
        for viewer: EventViewer,
        into json: inout JSONWriter
    ) -> Bool {
        write(into: &json) { model, now, json in
            guard let call = model.call(LiveModel.id(id)), viewer.sees(call) else { return false }
            json.key("call")
            return model.writeCall(call.id[...], into: &json, at: now, withLocal: withLocal)
        }
    }

    /// Writes `recording` of a call that is known.
    func writeRecording(of id: [UInt8], into json: inout JSONWriter) {
        state.withLock { state in
            guard state.model.call(id[...]) != nil else { return }
            json.key("recording")
            state.model.writeRecording(of: id[...], into: &json)
        }
    }

    /// Writes `agents`: those whom the viewer may see, by extension.
    func writeAgents(for viewer: EventViewer, into json: inout JSONWriter) {
        write(into: &json) { model, _, json in
            json.key("agents")
            json.beginArray()
            for agent in model.allAgents where viewer.sees(agent) {
                model.writeAgent(agent.extension[...], into: &json)
            }
            json.endArray()
        }
    }

    /// Writes `agent`; false when there is none of this extension that the viewer may see.
    func writeAgent(_ name: String, for viewer: EventViewer, into json: inout JSONWriter) -> Bool {
        write(into: &json) { model, _, json in
            guard let agent = model.agent(LiveModel.id(name)), viewer.sees(agent) else { return false }
            json.key("agent")
            return model.writeAgent(agent.extension[...], into: &json)
        }
    }

    /// Writes `queues`: those that the viewer may see, by name.
    func writeQueues(for viewer: EventViewer, into json: inout JSONWriter) {
        write(into: &json) { model, now, json in
            json.key("queues")
            json.beginArray()
            for queue in model.allQueues where viewer.sees(queue) {
                model.writeQueue(queue.name[...], into: &json, at: now)
            }
            json.endArray()
        }
    }

    /// Writes `queues` as above, each with what came of the visits of today.
    func writeQueues(
        for viewer: EventViewer,
        visits: [HistoryRows.VisitSums],
        into json: inout JSONWriter
    ) {
        let visits = Dictionary(grouping: visits) { Array($0.queue.utf8) }
        write(into: &json) { model, now, json in
            json.key("queues")
            json.beginArray()
            for queue in model.allQueues where viewer.sees(queue) {
                model.writeQueue(queue.name[...], into: &json, at: now) { json in
                    json.key("today")
                    QueueDay(visits[queue.name] ?? [], waiting: queue.waitingCount).write(into: &json)
                }
            }
            json.endArray()
        }
    }

    /// Writes `queue`; false when there is none of this name that the viewer may see.
    func writeQueue(_ name: String, for viewer: EventViewer, into json: inout JSONWriter) -> Bool {
        write(into: &json) { model, now, json in
            guard let queue = model.queue(LiveModel.id(name)), viewer.sees(queue) else { return false }
            json.key("queue")
            return model.writeQueue(queue.name[...], into: &json, at: now)
        }
    }

    /// Whether an agent is paused, and in which state it is; `nil` for an unknown one.
    func agent(_ name: String) -> (isPaused: Bool, state: LiveAgent.State)? {
        state.withLock { state in
            state.model.agent(LiveModel.id(name)).map { ($0.isPaused, $0.state) }
        }
    }

    /// How many calls and agents are in each state, and how many callers wait in queues.
    var figures: CallsFigures {
        state.withLock { state in
            let counts = state.model.stateCounts
            var figures = CallsFigures()
            for (state, count) in counts.calls { figures.calls[state.rawValue] = count }
            for (state, count) in counts.agents { figures.agents[state.rawValue] = count }
            figures.waiting = state.model.allQueues.reduce(0) { $0 + $1.waitingCount }
            figures.isStale = state.sync.isStale
            return figures
        }
    }

    /// Writes what `body` does, then `seq`, and `stale` while the state may not be the truth.
    private func write<Result>(
        into json: inout JSONWriter,
        _ body: (LiveModel, LiveTime, inout JSONWriter) -> Result
    ) -> Result {
        let now = clock.now()
        return state.withLock { state in
            let result = body(state.model, now, &json)
            json.required("seq", hub.last)
            if state.sync.isStale {
                json.key("stale")
                json.boolean(true)
            }
            return result
        }
    }
}

extension EventViewer {
    private var seesAll: Bool { role >= .manager }

    private func isOne(of extensions: [[UInt8]]) -> Bool {
        !`extension`.isEmpty && extensions.contains(`extension`)
    }

    func sees(_ call: LiveCall) -> Bool { seesAll || isOne(of: call.agentExtensions) }
    func sees(_ agent: LiveAgent) -> Bool { seesAll || isOne(of: [agent.extension]) }
    func sees(_ queue: LiveQueue) -> Bool { seesAll || isOne(of: queue.extensions) }
}
