import Basics
import TestSupport
import Testing

@testable import CallControl

/// Managed transfers against a PBX that refuses, does not answer, and lets anybody hang up at any time.
struct TransferPropertyTests {
    /// Who is there, who talks to whom, and what the transfer has not been told yet.
    private struct World {
        var random: SplitMix64
        var alive: Set<TransferParty> = [.customer, .agent]
        var bridged: Set<TransferParty> = [.customer, .agent]
        var isTargetRinging = false
        var isSentBack = false
        var signals: [TransferSignal] = []

        init(seed: UInt64) { random = SplitMix64(seed: seed) }

        mutating func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }

        var situation: TransferSituation {
            TransferSituation(alive, bridged: bridged, isTargetRinging: isTargetRinging, isReturning: isSentBack)
        }

        mutating func hangUp(_ party: TransferParty, _ failure: TransferFailure = .hungUp) {
            if party == .target, isTargetRinging {
                isTargetRinging = false
                signals.append(.targetFailed(failure))
            }
            guard alive.remove(party) != nil else { return }
            if bridged.contains(party) { bridged = [] }
            signals.append(.left(party, failure))
        }

        /// Carries a command out, or not.
        mutating func run(_ command: TransferCommand) {
            guard case .look = command else {
                if case .hangUp(let party) = command { return hangUp(party) }
                if chance(5) { return signals.append(.refused("no")) }
                let isSilent = chance(10)
                let count = signals.count
                if !chance(5) { carryOut(command) }
                // The PBX did it, or did not, and nobody hears of it; what people do is heard all the same.
                if isSilent, signals.count > count {
                    switch signals[count] {
                    case .held, .bridged, .valid: signals[count] = .unanswered
                    default: break
                    }
                } else if signals.count == count {
                    signals.append(.deadline)
                }
                return
            }
            signals.append(.seen(situation, isRestart: false))
        }

        private mutating func carryOut(_ command: TransferCommand) {
            switch command {
            case .validate: signals.append(.valid)
            case .hold:
                guard bridged == [.customer, .agent] else { return signals.append(.refused("gone")) }
                bridged = []
                signals.append(.held)
            case .ringTarget:
                isTargetRinging = true
            case .bridge(let one, let other):
                guard alive.isSuperset(of: [one, other]) else { return signals.append(.refused("No such channel")) }
                bridged = [one, other]
                signals.append(.bridged(one, other))
            case .sendBack:
                guard alive.contains(.customer) else { return signals.append(.refused("No such channel")) }
                isSentBack = true
                if chance(70) {
                    bridged = [.customer]
                    signals.append(.answered(isAgent: true))
                } else {
                    hangUp(.customer, .noAnswer)
                }
            case .blindTransfer, .queueTransfer, .look, .hangUp: break
            }
        }

        /// What people do by themselves.
        mutating func live() {
            if isTargetRinging, chance(40) {
                if chance(60) {
                    isTargetRinging = false
                    alive.insert(.target)
                    signals.append(.targetAnswered)
                } else {
                    hangUp(.target, .busy)
                }
            }
            if chance(4), let party = TransferParty.allCases.filter(alive.contains).randomElement(using: &random) {
                hangUp(party)
            }
        }
    }

    private static let count: UInt64 = Subprocess.isSanitized ? 1000 : 5000

    @Test func `every transfer ends, commands nobody who has left, and leaves no customer alone`() {
        let now = Timestamp(seconds: 1_800_000_000)
        var ends: [TransferState: Int] = [:]
        for seed in 0..<Self.count {
            var world = World(seed: seed)
            var transfer = Transfer(
                .init(id: "t", type: .managed, callID: "c", from: "1", target: "2", context: "x", by: "u"),
                at: now
            )
            var gone: Set<TransferParty> = []
            for command in transfer.begin() { world.run(command) }
            var steps = 0
            var log: [String] = []
            while !transfer.state.isEnded {
                steps += 1
                if steps > 400 {
                    Issue.record("seed \(seed) does not end: \(transfer.history.map(\.state))")
                    return
                }
                world.live()
                if transfer.state == .consulting, world.chance(30) {
                    world.signals.append(world.chance(50) ? .complete : .cancel)
                }
                if world.chance(2) { world.signals = [.seen(world.situation, isRestart: true)] }
                let isWaiting = world.signals.isEmpty
                if isWaiting, transfer.limit(actionTime: .seconds(5)) != nil, world.chance(20) {
                    world.signals.append(.deadline)
                }
                guard !world.signals.isEmpty else { continue }
                let signal = world.signals.removeFirst()
                log.append("\(signal)")
                switch signal {
                case .left(let party, _): gone.insert(party)
                case .seen(let situation, _):
                    gone.formUnion([.customer, .agent].filter { !situation.present.contains($0) })
                default: break
                }
                // An event may come twice.
                for _ in 0..<(world.chance(10) ? 2 : 1) {
                    for command in transfer.handle(signal, at: now) {
                        if Self.parties(of: command).contains(where: gone.contains) {
                            Issue.record(
                                "seed \(seed): \(command) names a party that has left, in \(transfer.history.map(\.state)) after \(log)"
                            )
                            return
                        }
                        log.append("-> \(command)")
                        world.run(command)
                    }
                }
            }
            ends[transfer.state, default: 0] += 1
            if world.alive.contains(.customer), !world.bridged.contains(.customer), !world.isSentBack,
                !world.signals.contains(where: { if case .left = $0 { true } else { false } }),
                transfer.result?.code != "unknown"
            {
                Issue.record("seed \(seed) leaves the customer alone: \(transfer.history.map(\.state)) after \(log)")
                return
            }
        }
        for state: TransferState in [.completed, .cancelled, .rolledBack, .returned, .failed] {
            #expect((ends[state] ?? 0) > 10, "\(state): \(ends)")
        }
    }

    private static func parties(of command: TransferCommand) -> [TransferParty] {
        switch command {
        case .bridge(let one, let other): [one, other]
        case .hangUp(let party): [party]
        case .sendBack: [.customer]
        case .hold: [.customer, .agent]
        case .validate, .blindTransfer, .queueTransfer, .ringTarget, .look: []
        }
    }
}
