import Basics

/// Calls that begin by themselves.
extension LiveExchange {
    /// Plans the next one, at half to one and a half times the mean interval.
    mutating func planCall() {
        let mean = 60_000 / max(options.callsPerMinute, 1)
        let time = now.adding(.milliseconds(random.pick(mean / 2...mean + mean / 2)))
        agenda.plan(ExchangeAgenda.Entry(time: time, step: .call, serial: -1, turn: 0))
    }

    /// Most calls come in to a queue; some are between agents, a few go out.
    mutating func makeCall() {
        guard hasTraffic else { return }
        planCall()
        let kind = random.pick(1...20)
        if kind <= 14, !queues.isEmpty { return callIn() }
        let free = agents.filter { isRegistered($0) && (occupants["PJSIP/\($0)"] ?? []).isEmpty }
        guard !free.isEmpty else { return }
        let caller = free[random.pick(0...free.count - 1)]
        let others = free.filter { $0 != caller }
        let target =
            kind == 20 || others.isEmpty
            ? PBXParty.outside(using: &random).number : others[random.pick(0...others.count - 1)]
        guard let party = party(caller) else { return }
        let serial = newChannel(party, .ring, exten: target, context: "from-internal")
        go(serial, to: target, in: "from-internal")
    }

    private mutating func callIn() {
        var party = PBXParty.outside(using: &random)
        party.endpoint = Self.trunk
        let number = Self.number(ofQueue: random.pick(0...queues.count - 1))
        let serial = newChannel(party, .ring, exten: number, context: "from-trunk")
        setState(.up, of: serial)
        go(serial, to: number, in: "from-trunk")
    }
}
