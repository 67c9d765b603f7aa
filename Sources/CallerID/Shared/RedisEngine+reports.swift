import Basics
import Redis

/// What instances and Redis tell each other about the use of numbers.
extension RedisEngine {
    /// Brings uses and reservations to Redis, at most 100 at a time.
    ///
    /// - Returns: how many numbers are reserved twice: once in Redis, and once by this process without it.
    func merge(_ reports: [EmbeddedEngine.Report], zone: TimeZoneRules?) async throws(RedisEngineError) -> Int {
        var conflicts = 0
        for first in stride(from: 0, to: reports.count, by: Self.batch) {
            let part = reports[first..<min(first + Self.batch, reports.count)]
            let reply = try await ask("merge", part.flatMap { $0.words(zone) })
            conflicts += reply.last?.integer ?? 0
        }
        return conflicts
    }

    /// What Redis knows of numbers; those that it does not have are missing.
    func uses(of numbers: [Digits]) async throws(RedisEngineError) -> [StoredUse] {
        var uses: [StoredUse] = []
        for first in stride(from: 0, to: numbers.count, by: Self.batch) {
            let part = numbers[first..<min(first + Self.batch, numbers.count)]
            let reply = try await ask("read", part.map(\.description))
            for index in stride(from: 0, to: reply.count - 3, by: 4) {
                guard let use = StoredUse(reply[index..<index + 4].map { $0.bytes ?? [] }) else {
                    throw .invalidReply
                }
                uses.append(use)
            }
        }
        return uses
    }

    /// What Redis knows of the instances.
    struct Presence: Sendable {
        let time: Int64
        /// Empty when Redis has no numbers, or has lost them.
        let generation: String
        /// Counts the changes of the list of numbers.
        let version: Int
        let instances: [String]
    }

    /// Signs this instance in, or out.
    func signIn(_ instance: String, leaves: Bool = false) async throws(RedisEngineError) -> Presence {
        let reply = try await ask("presence", [instance, leaves ? 1 : 0])
        guard reply.count >= 3, let time = reply[0].integer, let version = reply[2].integer else { throw .invalidReply }
        return Presence(
            time: Int64(time),
            generation: reply[1].string ?? "",
            version: version,
            instances: reply.dropFirst(3).compactMap(\.string)
        )
    }

    /// Makes numbers free whose time has come, and those of `reserved` whose reservation others have deleted.
    ///
    /// - Returns: how many of the first there were, and the events of the second.
    func tidy(_ reserved: some Collection<Digits>) async throws(RedisEngineError) -> (Int, [SelectionEvent]) {
        let reply = try await ask("tidy", reserved.map(\.description))
        guard reply.count >= 2, let time = reply[0].integer, let count = reply[1].integer else { throw .invalidReply }
        let freed = reply.dropFirst(2).compactMap { $0.string.flatMap { Digits($0) } }
        return (count, freed.map { .released(.init(number: $0, time: Int64(time), wasUnused: false)) })
    }
}

extension EmbeddedEngine.Report {
    /// The arguments of the script `merge`.
    fileprivate func words(_ zone: TimeZoneRules?) -> [any RedisWord] {
        let (use, reservation) = (stored.use, stored.reservation)
        let numbers = [use.lastUsed, use.hour, Int64(use.hourCount), Int64(use.day), Int64(use.dayCount)].map(
            String.init
        )
        let begin = reservation?.begin ?? 0
        let window = QuotaWindow(at: Int64(Timestamp(microseconds: begin).seconds), zone: zone)
        let held = reservation.map { "\(window.hour) \(window.day) \($0.isRepeatable ? 1 : 0) \($0.holder)" } ?? ""
        let asked = reservation.map { "\($0.destination)|\($0.agent)" } ?? ""
        return [stored.number.description] + numbers
            + [
                "\(reservation?.end ?? 0)", "\(releasedEnd)", isUnreported ? 1 : 0, "\(begin)", held,
                RedisText.reservation(
                    agent: reservation?.agent ?? "",
                    campaign: reservation?.campaign ?? "",
                    destination: reservation?.destination ?? ""
                ), asked,
            ]
    }
}

extension StoredUse {
    /// Reads digits, use, what holds it and the JSON of the reservation, as the script `read` has them.
    fileprivate init?(_ parts: [[UInt8]]) {
        let numbers = parts[1][...].split(separator: ASCII.space).compactMap { $0.integer }
        guard let number = Digits(parts[0][...].text), numbers.count == 6 else { return nil }
        var use = NumberUse()
        use.lastUsed = Int64(numbers[0])
        use.hour = Int64(numbers[1])
        use.hourCount = Int32(clamping: numbers[2])
        use.day = Int32(clamping: numbers[3])
        use.dayCount = Int32(clamping: numbers[4])
        use.reservedUntil = Int64(numbers[5])
        var reservation: Reservation?
        if use.reservedUntil > 0 {
            let held = parts[2][...].split(separator: ASCII.space, maxSplits: 3, omittingEmptySubsequences: false)
            let json = try? JSONParser.parse(parts[3][...])
            reservation = Reservation(
                number: number,
                agent: json?["agent"]?.string ?? "",
                campaign: json?["campaign"]?.string ?? "",
                destination: json?["destination"]?.string ?? "",
                holder: held.count == 4 ? held[3].text : "",
                isRepeatable: held.count == 4 && held[2].text == "1",
                begin: use.lastUsed,
                end: use.reservedUntil
            )
        }
        self.init(number: number, use: use, reservation: reservation)
    }
}
