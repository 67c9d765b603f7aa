import Basics
import Redis

extension RedisPublisher {
    /// Who can say which calls there are.
    struct Leftovers: Sendable {
        /// Whether that is known now.
        let isComplete: @Sendable () -> Bool
        /// Ends a call for all, unless there is one; false when that is not known any more.
        let end: @Sendable (RememberedCall) -> Bool
    }

    /// The keys that are looked at in one step, and the most in all.
    private static let (step, most) = (500, 200_000)

    /// Each time this one begins to write, ends the calls in Redis that the PBX does not have, once it is known which it
    /// has; until cancelled.
    func endLeftovers() async {
        guard let leftovers else { return }
        var isDone = false
        while (try? await Task.sleep(for: configuration.renewal)) != nil {
            guard state.withLock({ $0.isLeading && !$0.isFailing }) else {
                isDone = false
                continue
            }
            guard !isDone, leftovers.isComplete() else { continue }
            // When it breaks off, the whole is done again: what has ended stays ended.
            if let count = try? await endLeftovers(leftovers) {
                isDone = true
                if count > 0 { log.info("calls of an earlier run ended in Redis", [.init("calls", count)]) }
            }
        }
    }

    private func endLeftovers(_ leftovers: Leftovers) async throws(RedisError) -> Int {
        let prefix = configuration.names.prefix
        let pattern = Self.escaped(prefix) + "call:call_*"
        var (cursor, looked, ended) = ("0", 0, 0)
        repeat {
            let scan = RedisCommand("SCAN", cursor, "MATCH", pattern, "COUNT", Self.step)
            let reply = try await client.send(scan, within: configuration.timeout).array ?? []
            guard reply.count == 2, let next = reply[0].string else { throw .invalidReply("SCAN") }
            let keys = (reply[1].array ?? []).compactMap(\.string).filter { $0.hasPrefix(prefix) }
            cursor = next
            looked += Self.step
            guard !keys.isEmpty else { continue }
            let values = try await client.send(RedisCommand("MGET", words: keys), within: configuration.timeout).array
            for (key, value) in zip(keys, values ?? []) {
                guard let json = value.bytes,
                    let call = RememberedCall(key: String(key.dropFirst(prefix.count)), json: json)
                else { continue }
                guard leftovers.isComplete() else { throw .cancelled }
                if leftovers.end(call) { ended += 1 }
            }
        } while cursor != "0" && looked < Self.most
        return ended
    }

    /// Text as a pattern that fits only itself.
    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            if "*?[]\\".contains(character) { result.append("\\") }
            result.append(character)
        }
    }
}
