import Basics

/// A file of invented numbers, to try an import with.
package enum SampleCSV {
    /// The most numbers of one file.
    package static let limit = 1_000_000

    /// `count` different numbers of North America, in the five columns that an import has always had.
    ///
    /// - Parameters:
    ///   - count: clamped to 0 to `limit`.
    ///   - seed: the same seed gives the same bytes.
    package static func bytes(count: Int, seed: UInt64 = 1) -> [UInt8] {
        NumberCSV.encoded(
            records(count: count, seed: seed),
            columns: [.callerID, .carrier, .areaCode, .hourlyLimit, .dailyLimit]
        )
    }

    private static func records(count: Int, seed: UInt64) -> [NumberRecord] {
        var random = SplitMix64(seed: seed)
        // Multiples of a number without a common factor reach each place of an area once, in no visible order.
        let step = 7_368_787
        let start = random.pick(0...places - 1)
        return (0..<min(max(count, 0), limit)).compactMap { index in
            let area = areas[index % areas.count]
            let place = (start + index / areas.count * step) % places
            let exchange = exchanges[place / 10_000]
            guard let number = Digits("\(area * 10_000_000 + exchange * 10_000 + place % 10_000)") else { return nil }
            var record = NumberRecord(number: number)
            record.areaCode = number.ownAreaCode
            record.carrier = carriers[random.pick(0...carriers.count - 1)]
            record.hourlyLimit = [50, 100, 150][random.pick(0...2)]
            record.dailyLimit = [300, 500, 800][random.pick(0...2)]
            return record
        }
    }

    private static let areas = [
        212, 310, 312, 404, 415, 416, 512, 514, 602, 604, 617, 702, 713, 718, 202, 206, 214, 215, 303, 305, 313, 407,
        503, 504, 612, 615, 619, 704, 801, 808, 813, 816, 901, 904, 916, 919, 972,
    ]

    private static let carriers = ["AT&T", "Verizon", "T-Mobile", "Lumen", "Bandwidth", "Bell Canada", "Rogers"]

    /// All but the service codes 211 to 911, and 555, which directory assistance has.
    private static let exchanges = (200...999).filter { $0 % 100 != 11 && $0 != 555 }

    /// How many numbers an area has.
    private static let places = exchanges.count * 10_000
}
