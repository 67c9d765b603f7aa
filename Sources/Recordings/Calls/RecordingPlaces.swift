import Basics
import CallRecords

/// Compares where a file was found with where an event says that it is: the folder may be mounted somewhere else here, a
/// script may have moved the file or made an mp3 of it, and some events tell the name only.
package struct RecordingPlaces: Sendable {
    /// How well the two go together.
    package enum Likeness: Int, Sendable, Comparable {
        /// Only the name is the same.
        case name
        /// So are all folders that both tell.
        case end
        /// It is the same place.
        case whole

        package static func < (left: Likeness, right: Likeness) -> Bool { left.rawValue < right.rawValue }
    }

    /// Each ends in a slash.
    private let roots: [[UInt8]]

    /// - Parameter roots: absolute paths of the watched folders.
    package init(roots: [String]) {
        self.roots = roots.map { Array($0.utf8) + ($0.hasSuffix("/") ? [] : [Self.slash]) }
    }

    private static let slash = UInt8(ascii: "/")

    /// `nil` when they are two files; extensions do not count.
    ///
    /// - Parameters:
    ///   - found: an absolute path.
    ///   - told: from the root on, or below a folder that is not told.
    package func likeness(of found: [UInt8], and told: [UInt8]) -> Likeness? {
        let (foundName, toldName) = (RecordingName.stem(of: found[...]), RecordingName.stem(of: told[...]))
        guard foundName == toldName else { return nil }
        let (found, told) = (found[..<foundName.endIndex], told[..<toldName.endIndex])
        let below =
            roots.filter { found.starts(with: $0) }.map { found[$0.count...] }.min { $0.count < $1.count } ?? found
        if told == found || told == below { return .whole }
        if told.first != Self.slash { return found.ends(in: told) || told.ends(in: below) ? .end : .name }
        // What could be seen under its own name is another file.
        let isWatched = roots.contains { told.starts(with: $0) }
        return !isWatched && told.ends(in: below) ? .end : .name
    }
}

extension Bytes {
    /// Whether a path ends in these folders and this name.
    fileprivate func ends(in end: Bytes) -> Bool {
        count > end.count && suffix(end.count) == end && self[endIndex - end.count - 1] == UInt8(ascii: "/")
    }
}
