import Basics
import RedisTestSupport
import TestSupport
import Testing

@testable import CallControl

struct RedisOrderTests {
    /// What happens to Redis between events.
    private enum Event: CaseIterable { case nothing, restart, hang, flush, lostLock, lostNumber }

    @Test(arguments: Array(1...6))
    func `numbers never run back, and no event is lost, whatever happens to Redis`(seed: UInt64) async throws {
        var random = SplitMix(seed)
        let redis = try await RedisTesting(stall: .milliseconds(300))
        var value = 0
        func publish() {
            for _ in 0..<Int.random(in: 1...300, using: &random) {
                value += 1
                redis.publish("call:updated", "call:\(value % 3)", value)
            }
        }
        for event in Event.allCases.shuffled(using: &random) {
            publish()
            switch event {
            case .nothing: break
            case .restart:
                try await redis.server.stop()
                publish()
                try await redis.server.restart()
            case .hang:
                redis.server.freeze()
                publish()
                redis.server.proceed()
            case .flush: try await redis.ask("FLUSHALL")
            case .lostLock: try await redis.ask("DEL", "t:lock:ami")
            case .lostNumber: try await redis.ask("DEL", "t:events:seq")
            }
            publish()
        }
        try await redis.settled()
        #expect(redis.publisher.dropped == 0, "\(redis.log.lines)")
        for key in 0..<3 {
            let newest = stride(from: value, to: 0, by: -1).first { $0 % 3 == key }
            #expect(try await redis.text("call:\(key)") == newest.map { "\($0)" })
        }
        let stream = try await redis.stream()
        #expect(zip(stream, stream.dropFirst()).allSatisfy { $0.number < $1.number })
        // From the last loss of data on nothing is missing, and nothing is there twice.
        let values = stream.compactMap { $0.json["data"]?.integer }
        let isWhole = values == values.first.map { Array($0...value) }
        #expect(isWhole, "\(values.count) of \(value), from \(values.first ?? 0)")
        // What a Redis has published and then forgot, with the answer on its way, is published again.
        var known: Set<Int> = []
        let heard = try redis.messages().compactMap { $0.event["id"]?.integer }.filter { known.insert($0).inserted }
        #expect(zip(heard, heard.dropFirst()).allSatisfy { $0 < $1 })
    }
}

/// Random numbers that a seed determines.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
