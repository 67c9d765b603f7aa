import Basics
import CallerID

/// The rules of selection in their plainest form: every question looks at all numbers.
///
/// It has no limits on the work of one decision, so it agrees with `SelectionState` while at most 16 numbers fall due
/// between two decisions.
struct ReferenceSelection {
    struct Entry {
        var number: CallerNumber
        var lastUsed: Int64 = 0
        /// The times of all uses that count.
        var uses: [Int64] = []
        var reservation: Reservation?
    }

    let policy: SelectionPolicy
    var entries: [Digits: Entry] = [:]
    var requests: [String: [Int64]] = [:]
    var windows: [String: (begin: Int64, count: Int)] = [:]
    var answers: [String: (number: Digits, destination: String, agent: String, end: Int64)] = [:]

    mutating func store(_ number: CallerNumber) {
        entries[number.digits, default: Entry(number: number)].number = number
    }

    mutating func remove(_ number: Digits) { entries[number] = nil }

    private func local(_ time: Int64) -> Int {
        let seconds = Int(time / 1_000_000)
        return seconds + (policy.zone?.offset(at: seconds) ?? 0)
    }

    private func sameHour(_ one: Int64, _ two: Int64) -> Bool {
        local(one) / 3600 == local(two) / 3600 && abs(one - two) < 3_600_000_000
    }

    private func sameDay(_ one: Int64, _ two: Int64) -> Bool { local(one) / 86_400 == local(two) / 86_400 }

    private func limit(_ own: Int32?, _ standard: Int32) -> Int {
        own == nil || own == 0 ? Int(standard) : own == -1 ? .max : Int(own ?? 0)
    }

    func isFree(_ entry: Entry, at now: Int64) -> Bool {
        !isReserved(entry, at: now) && hasQuota(entry, at: now)
    }

    private func isReserved(_ entry: Entry, at now: Int64) -> Bool { (entry.reservation?.end ?? 0) > now }

    func hasQuota(_ entry: Entry, at now: Int64) -> Bool {
        entry.number.isActive
            && entry.uses.count { sameHour($0, now) } < limit(entry.number.hourlyLimit, policy.hourlyLimit)
            && entry.uses.count { sameDay($0, now) } < limit(entry.number.dailyLimit, policy.dailyLimit)
    }

    private func tiers(_ request: SelectionRequest) -> [[Entry]] {
        func tier(_ pool: String) -> [[Entry]] {
            let all = entries.values.filter { $0.number.pool == pool && $0.number.places.isEmpty }
            let codes = Set(all.map(\.number.areaCode)).filter { code in
                !code.isEmpty && request.destination.significant.description.hasPrefix(code.description)
            }
            let code = codes.max { $0.count < $1.count }
            let area = code.map { code in all.filter { $0.number.areaCode == code } } ?? []
            return policy.isAreaCodeStrict ? [area] : [area, all]
        }
        return (request.campaign.isEmpty ? [] : tier(request.campaign)) + tier("")
    }

    mutating func select(_ request: SelectionRequest, at now: Int64) -> Digits? {
        if request.isRepeatable, let known = answers[request.holder], known.end > now, entries[known.number] != nil,
            known.destination == request.destination.digits, known.agent == request.agent,
            policy.reservationSeconds == 0 || entries[known.number]?.reservation?.holder == request.holder
        {
            return known.number
        }
        if policy.requestsPerMinute > 0 {
            if let window = windows[request.agent], now - window.begin < 60_000_000 {
                windows[request.agent]?.count += 1
                guard window.count < policy.requestsPerMinute else { return nil }
            } else {
                windows[request.agent] = (now, 1)
            }
        }
        func oldest(_ entries: [Entry]) -> Entry? {
            entries.min { ($0.lastUsed, $0.number.id) < ($1.lastUsed, $1.number.id) }
        }
        let tiers = tiers(request)
        var choice: Entry?
        for tier in tiers where choice == nil { choice = oldest(tier.filter { isFree($0, at: now) }) }
        if policy.sharesWhenEmpty {
            for tier in tiers where choice == nil {
                choice = oldest(tier.filter { isReserved($0, at: now) && hasQuota($0, at: now) })
            }
        }
        guard var entry = choice else { return nil }
        // Older ones count in no window.
        entry.uses.removeAll { now - $0 > 2 * 86_400_000_000 }
        entry.uses.append(now)
        entry.lastUsed = now
        let end = now + Int64(policy.reservationSeconds) * 1_000_000
        entry.reservation =
            policy.reservationSeconds == 0
            ? nil
            : Reservation(
                number: entry.number.digits,
                agent: request.agent,
                campaign: request.campaign,
                destination: request.destination.digits,
                holder: request.holder,
                isRepeatable: request.isRepeatable,
                begin: now,
                end: end
            )
        entries[entry.number.digits] = entry
        if request.isRepeatable {
            answers[request.holder] = (
                entry.number.digits, request.destination.digits, request.agent,
                policy.reservationSeconds == 0 ? now + 60_000_000 : end
            )
        }
        return entry.number.digits
    }

    mutating func release(_ number: Digits, holder: String?, wasUnused: Bool, at now: Int64) -> Bool {
        guard var entry = entries[number], let reservation = entry.reservation, reservation.end > now,
            holder.map({ !$0.isEmpty && $0 == reservation.holder }) ?? true
        else { return false }
        entry.reservation = nil
        if wasUnused, let last = entry.uses.lastIndex(of: reservation.begin) {
            // The use counts no more in the hour and the day that are still the same.
            if sameHour(reservation.begin, now) {
                entry.uses.remove(at: last)
            } else if sameDay(reservation.begin, now) {
                // It still counts in an hour that is over, which no decision looks at.
                entry.uses.remove(at: last)
            }
        }
        entries[number] = entry
        return true
    }
}
