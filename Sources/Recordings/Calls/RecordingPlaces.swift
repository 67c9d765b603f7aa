import Basics
import CallRecords

/// Compares the path of a file with the path in an event.
///
/// They can differ: the folder may be mounted elsewhere here, a script may have moved or converted the file, and some
/// events contain only the name.
package struct RecordingPlaces: Sendable {
    /// How well the two paths match.
    package enum Likeness: Int, Sendable, Comparable {
        /// Only the name is the same.
        case name
        /// The name and all folders that both have are the same.
        case end
        /// It is the same path.
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

    /// How well two paths match, without their extensions; `nil` when the names differ.
    ///
    /// - Parameters:
    ///   - found: an absolute path.
    ///   - told: an absolute path, or one relative to an unknown folder.
    package func likeness(of found: [UInt8], and told: [UInt8]) -> Likeness? {
        let (foundName, toldName) = (RecordingName.stem(of: found[...]), RecordingName.stem(of: told[...]))
        guard foundName == toldName else { return nil }
        let (found, told) = (found[..<foundName.endIndex], told[..<toldName.endIndex])
        let below =
            roots.filter { found.starts(with: $0) }.map { found[$0.count...] }.min { $0.count < $1.count } ?? found
        if told == found || told == below { return .whole }
        if told.first != Self.slash { return found.ends(in: told) || told.ends(in: below) ? .end : .name }
        // A path inside a watched folder would have been found itself, so it is another file.
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
