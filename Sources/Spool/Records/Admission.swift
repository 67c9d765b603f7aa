/// Which records the spool accepts, by the space that is left.
///
/// At the configured size, or with a tenth of the disk left, CELs are refused; CDRs are accepted up to a tenth more, or
/// until a twentieth of the disk is left. The way back has other thresholds, so that the level does not flap. The spool
/// cannot fill a disk that has twice the configured size free: then the disk's share does not count.
package struct Admission: Sendable {
    /// Which records are accepted.
    package enum Level: Int, Sendable, Comparable {
        case all
        case cdrsOnly
        case nothing

        func takes(_ kind: RecordKind) -> Bool {
            switch self {
            case .all: true
            case .cdrsOnly: kind == .cdr
            case .nothing: false
            }
        }

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    private let maxBytes: Int
    package private(set) var level = Level.all
    /// Whether the space on the disk, and not the limit, decides the level.
    private(set) var isDiskShort = false

    package init(maxBytes: Int) { self.maxBytes = maxBytes }

    /// - Parameters:
    ///   - used: the bytes of the spool that are in use.
    ///   - disk: the file system of the spool; `nil` when it is unavailable.
    package mutating func update(used: Int, disk: DiskSpace?) {
        let fill = Double(used) / Double(max(1, maxBytes))
        let free = disk.map { $0.free >= 2 * maxBytes ? 1 : Double($0.free) / Double(max(1, $0.size)) } ?? 1
        let risen: Level =
            if fill >= 1.1 || free < 0.05 { .nothing } else if fill >= 1 || free < 0.1 { .cdrsOnly } else { .all }
        let fallen: Level =
            if fill > 1.05 || free < 0.06 { .nothing } else if fill > 0.9 || free < 0.12 { .cdrsOnly } else { .all }
        level = max(risen, min(level, fallen))
        isDiskShort = free < 0.12 && fill < 1
    }
}
