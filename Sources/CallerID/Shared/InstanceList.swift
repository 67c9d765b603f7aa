import Basics
import Glibc

/// The instances that share Redis, and the place of this one among them; also in a file, for a start without Redis.
///
/// Redis is emptied now and then, so an instance counts for 15 s after it was seen there last. While Redis is away the list
/// stays as it was.
struct InstanceList {
    let own: String
    private var seen: [String: ContinuousClock.Instant] = [:]
    /// In order.
    private(set) var names: [String]
    private(set) var share: NumberShare

    /// How long an instance without a sign of life counts.
    static let life = Duration.seconds(15)

    /// Reads how it was when this instance ended last; blocks.
    init(own: String, directory: String) {
        self.own = own
        let path = "\(directory)/instances"
        names = [own]
        let words = ((try? FileContents.read(path, first: 64)) ?? [])[...].split(separator: ASCII.space)
        let numbers = words.compactMap { $0.integer }
        let isValid = numbers.count == 2 && 0..<10_000 ~= numbers[0] && numbers[0] < numbers[1]
        share = isValid ? NumberShare(rank: numbers[0], count: numbers[1]) : NumberShare(rank: 0, count: 1)
    }

    /// Notes the instances that Redis knows; returns whether others are new.
    mutating func note(_ present: [String], at now: ContinuousClock.Instant) -> Bool {
        for name in present { seen[name] = now }
        seen[own] = now
        seen = seen.filter { now - $0.value < Self.life }
        let former = Set(names)
        names = seen.keys.sorted()
        let isNew = names.contains { !former.contains($0) }
        share = NumberShare(rank: names.firstIndex(of: own) ?? 0, count: names.count)
        return isNew
    }

    /// Writes the place of this instance for the next start; a failure only makes that start less certain.
    ///
    /// Blocks.
    static func write(_ share: NumberShare, directory: String) {
        let path = "\(directory)/instances"
        let next = path + ".next"
        guard (try? FileContents.write(Array("\(share.rank) \(share.count) \n".utf8), to: next, mode: 0o600)) != nil
        else {
            return
        }
        _ = unsafe rename(next, path)
    }
}
