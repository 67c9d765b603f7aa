package import Basics

/// Facts about the call in the path of its recording, for use when nothing better is known.
///
/// Paths are bytes and need not be UTF-8.
package struct RecordingName: Sendable, Equatable {
    /// The UniqueID without the system name before it; `nil` when there is none.
    package let uniqueID: [UInt8]?
    /// The UniqueIDs that the name may contain, longest first, `uniqueID` last.
    ///
    /// They differ in how much of the text before the number is taken as a system name.
    package let possibleUniqueIDs: [[UInt8]]
    /// What follows the UniqueID, without the extension, such as `_in`; empty when there is none.
    package let rest: [UInt8]
    /// The direction that the name contains.
    package let direction: Direction?
    /// The queue that the name or the folder contains.
    package let queue: [UInt8]?
    /// The time in the name, in local time of the PBX.
    package let time: CivilTime?
    /// The seconds since 1970 in a name such as `auto-1782921960-1000-5551234` (Asterisk's one-touch recording,
    /// Grandstream).
    package let epoch: Int?

    package init(path: Bytes) {
        // No file can have a longer path, so a longer text is not a path and is ignored.
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

    /// The longest path and name of a file in Linux, in bytes (PATH_MAX without the NUL, NAME_MAX).
    package static let (longestPath, longestName) = (4095, 255)

    /// The most UniqueIDs read from one name; no real name needs more, and each one costs a query of the spool.
    package static let mostReadings = 32

    /// Whether Linux allows a file with this path.
    package static func isPossible(_ path: Bytes) -> Bool {
        guard path.count <= longestPath else { return false }
        let name = path.lastIndex(of: slash).map { path.endIndex - $0 - 1 } ?? path.count
        return name <= longestName
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == ASCII.minus || byte == UInt8(ascii: "_") }

    /// The name of a file without its folder and extension.
    ///
    /// Digits after the last dot are part of a UniqueID, not an extension.
    package static func stem(of path: Bytes) -> Bytes {
        let name = path[(path.lastIndex(of: slash).map { $0 + 1 } ?? path.startIndex)...]
        guard let dot = name.lastIndex(of: ASCII.dot), !name[(dot + 1)...].allSatisfy(ASCII.isDigit) else {
            return name
        }
        return name[..<dot]
    }

    /// The range of the last UniqueID of the form `1795224725.12`.
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

    /// The direction from the first word, else from the last one (Yeastar).
    ///
    /// The prefix `external-` is followed by a number and gives no direction.
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
