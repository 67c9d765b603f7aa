package import Basics

/// What the path of a recording tells of its call, for want of anything better.
///
/// Paths are bytes: nothing says that they are UTF-8.
package struct RecordingName: Sendable, Equatable {
    /// The UniqueID, without the name of a system in front of it; `nil` when there is none.
    package let uniqueID: [UInt8]?
    /// The UniqueIDs that the name can be read as, with more or less of what stands before the number taken for the name
    /// of a system; the longest first, and `uniqueID` last.
    package let possibleUniqueIDs: [[UInt8]]
    /// What follows the UniqueID, without the extension, such as `_in`; empty when there is none.
    package let rest: [UInt8]
    package let direction: Direction?
    package let queue: [UInt8]?
    /// The time in the name, on the clock of the PBX.
    package let time: CivilTime?
    /// The second since 1970 in a name such as `auto-1782921960-1000-5551234` (Asterisk's one-touch recording, Grandstream).
    package let epoch: Int?

    package init(path: Bytes) {
        // No file has a longer path, so what stands there is data of another kind and tells nothing.
        let path = Self.isPossible(path) ? path : []
        let folder = path.lastIndex(of: Self.slash).map { path[..<$0] } ?? []
        let stem = Self.stem(of: path)
        let number = Self.uniqueID(in: stem)
        uniqueID = number.map { Array(stem[$0]) }
        rest = number.map { Array(stem[$0.upperBound...]) } ?? []
        possibleUniqueIDs = number.map { Self.readings(of: $0, in: stem) } ?? []
        direction = Self.direction(of: stem)
        queue = Self.queue(named: stem) ?? Self.queue(holding: folder)
        time = RecordingTime.first(in: stem)
        epoch = Self.epoch(in: stem)
    }

    private static let slash = UInt8(ascii: "/")

    /// As many bytes as Linux allows in a path (PATH_MAX without the NUL) and in the name of a file (NAME_MAX).
    package static let (longestPath, longestName) = (4095, 255)

    /// More parts than this stand before no UniqueID; each reading of a name costs a query of the spool.
    package static let mostReadings = 32

    /// Whether Linux allows a file with this path.
    package static func isPossible(_ path: Bytes) -> Bool {
        guard path.count <= longestPath else { return false }
        let name = path.lastIndex(of: slash).map { path.endIndex - $0 - 1 } ?? path.count
        return name <= longestName
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == ASCII.minus || byte == UInt8(ascii: "_") }

    /// The name of a file without its folder and extension; what follows the last dot and is a number belongs to a
    /// UniqueID.
    package static func stem(of path: Bytes) -> Bytes {
        let name = path[(path.lastIndex(of: slash).map { $0 + 1 } ?? path.startIndex)...]
        guard let dot = name.lastIndex(of: ASCII.dot), !name[(dot + 1)...].allSatisfy(ASCII.isDigit) else {
            return name
        }
        return name[..<dot]
    }

    /// Where the last UniqueID of the form `1795224725.12` is.
    private static func uniqueID(in stem: Bytes) -> Range<Int>? {
        var found: Range<Int>?
        for dot in stem.indices where stem[dot] == ASCII.dot {
            let whole = stem[..<dot].reversed().prefix(while: ASCII.isDigit).count
            let fraction = stem[(dot + 1)...].prefix(while: ASCII.isDigit).count
            if whole >= 10 && fraction > 0 { found = dot - whole..<dot + 1 + fraction }
        }
        return found
    }

    private static func readings(of number: Range<Int>, in stem: Bytes) -> [[UInt8]] {
        var starts: [Int] = []
        if number.lowerBound > stem.startIndex, stem[number.lowerBound - 1] == ASCII.minus {
            let before = stem[..<(number.lowerBound - 1)]
            starts = before.indices.filter { $0 == before.startIndex || isSeparator(before[$0 - 1]) }
        }
        return (starts.suffix(mostReadings - 1) + [number.lowerBound]).map { Array(stem[$0..<number.upperBound]) }
    }

    /// By the first word, else by the last one, as Yeastar writes it; `external-` tells a number, and no direction.
    private static func direction(of stem: Bytes) -> Direction? {
        if let direction = direction(before: stem) { return direction }
        guard let minus = stem.lastIndex(of: ASCII.minus) else { return nil }
        let word = stem[(minus + 1)...]
        return Direction.allCases.first { word.equalsIgnoringCase($0.word) }
    }

    private static func epoch(in stem: Bytes) -> Int? {
        let words = stem.split(separator: ASCII.minus, maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, words[0].equalsIgnoringCase("auto"), (10...11).contains(words[1].count) else {
            return nil
        }
        return words[1].allSatisfy(ASCII.isDigit) ? words[1].integer : nil
    }

    private static func direction(before stem: Bytes) -> Direction? {
        let word = stem.prefix { $0 != ASCII.minus }
        guard word.endIndex < stem.endIndex else { return nil }
        if word.equalsIgnoringCase("in") || word.equalsIgnoringCase("inbound") { return .inbound }
        if word.equalsIgnoringCase("out") || word.equalsIgnoringCase("outbound") { return .outbound }
        return nil
    }

    /// The queue in a name such as `queue-sales-1795224725.12`.
    private static func queue(named stem: Bytes) -> [UInt8]? {
        let words = stem.split(separator: ASCII.minus, omittingEmptySubsequences: false)
        guard let place = words.firstIndex(where: { $0.equalsIgnoringCase("queue") }), place + 2 < words.count,
            !words[place + 1].isEmpty
        else { return nil }
        return Array(words[place + 1])
    }

    /// The queue in a folder such as `/var/spool/asterisk/monitor/queues/sales/2026`.
    private static func queue(holding folder: Bytes) -> [UInt8]? {
        let folders = folder.split(separator: slash)
        guard let place = folders.lastIndex(where: { $0.equals("queues") }), place + 1 < folders.count else {
            return nil
        }
        return Array(folders[place + 1])
    }
}

extension Direction {
    fileprivate var word: StaticString {
        switch self {
        case .inbound: "inbound"
        case .outbound: "outbound"
        case .internal: "internal"
        }
    }
}
