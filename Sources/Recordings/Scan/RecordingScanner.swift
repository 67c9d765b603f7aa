package import Basics
import Glibc

/// Walks through the watched folders and checks the name, size and age of each file.
///
/// Memory does not grow with the number of files: folders are read as a stream. Links below a watched folder are not
/// followed, so that a user with write access there cannot cause other files to be uploaded.
package struct RecordingScanner: Sendable {
    /// What the scan found at a path.
    package enum Finding: Sendable, Equatable {
        /// A file with an accepted name and stamp; its content is not checked yet.
        case candidate(FoundFile)
        /// A file that is skipped.
        case left(path: [UInt8], SkipReason)
        /// A file or folder that cannot be read.
        case unreadable(Unreadable)
    }

    /// The folder beside recordings to which uploaded ones move.
    package static let processed: StaticString = ".processed"

    /// The deepest level of folders that is scanned; a mount may contain itself.
    private static let deepest = 32

    private let roots: [String]
    private let rules: ReadinessRules
    private let judgesNamesOnly: Bool

    /// - Parameters:
    ///   - roots: absolute paths of folders; a root may itself be a link.
    ///   - judgesNamesOnly: whether files of any size and age are candidates.
    package init(roots: [String], rules: ReadinessRules, judgesNamesOnly: Bool = false) {
        self.roots = roots
        self.rules = rules
        self.judgesNamesOnly = judgesNamesOnly
    }

    /// Scans everything once, in the order of the file system.
    ///
    /// Blocks.
    ///
    /// - Parameter visit: called for each finding; returns `false` to stop.
    package func scan(at instant: Timestamp, _ visit: (Finding) -> Bool) {
        for root in roots {
            let path = Self.withoutSlash(Array(root.utf8))
            let walk = Walk(
                rules: rules,
                instant: instant,
                rootLength: path.count,
                judgesNamesOnly: judgesNamesOnly
            )
            do throws(SystemError) {
                guard try walk.visitFolder(OpenFolder(path: Array(root.utf8)), path, depth: 0, visit) else { return }
            } catch {
                let error = SystemError("open", root, code: error.code)
                guard visit(.unreadable(Unreadable(path: path, error: error, status: Self.status(root)))) else {
                    return
                }
            }
        }
    }

    private static func withoutSlash(_ path: [UInt8]) -> [UInt8] {
        Array(path.prefix((path.lastIndex { $0 != UInt8(ascii: "/") } ?? -1) + 1))
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status : nil
    }

    private struct Walk {
        let rules: ReadinessRules
        let instant: Timestamp
        let rootLength: Int
        let judgesNamesOnly: Bool

        /// Visits the content of a folder; returns `false` to stop the scan.
        func visitFolder(
            _ folder: borrowing OpenFolder,
            _ path: [UInt8],
            depth: Int,
            _ visit: (Finding) -> Bool
        ) throws(SystemError) -> Bool {
            try folder.visitEntries { name, type in
                name[...].equals(processed) || visitEntry(name, type: type, in: folder, path, depth: depth, visit)
            }
        }

        private func visitEntry(
            _ name: [UInt8],
            type: Int32,
            in folder: borrowing OpenFolder,
            _ folderPath: [UInt8],
            depth: Int,
            _ visit: (Finding) -> Bool
        ) -> Bool {
            let path = folderPath + [UInt8(ascii: "/")] + name
            let objection = rules.objection(toName: name[...])
            // A regular file with an unwanted name needs no system call.
            if type == Int32(DT_REG), let objection { return visit(.left(path: path, objection)) }
            let status: stat
            do throws(SystemError) {
                status = try folder.status(of: name[...])
            } catch {
                // ENOENT: it was just moved or deleted.
                guard error.code != ENOENT else { return true }
                let error = SystemError("stat", path[...].text, code: error.code)
                return visit(.unreadable(Unreadable(path: path, error: error, status: nil)))
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                return enter(name[...], status, in: folder, path, depth: depth, visit)
            case S_IFREG:
                if let objection { return visit(.left(path: path, objection)) }
                let file = FoundFile(path: path, rootLength: rootLength, stamp: FileStamp(status))
                if !judgesNamesOnly,
                    let objection = rules.objection(to: file.stamp, format: file.format, at: instant)
                {
                    return visit(.left(path: path, objection))
                }
                return visit(.candidate(file))
            default: return visit(.left(path: path, .notRegular))
            }
        }

        private func enter(
            _ name: Bytes,
            _ status: stat,
            in folder: borrowing OpenFolder,
            _ path: [UInt8],
            depth: Int,
            _ visit: (Finding) -> Bool
        ) -> Bool {
            guard depth < deepest else { return visit(.left(path: path, .tooDeep)) }
            do throws(SystemError) {
                return try visitFolder(folder.folder(name), path, depth: depth + 1, visit)
            } catch {
                guard error.code != ENOENT else { return true }
                let error = SystemError("open", path[...].text, code: error.code)
                return visit(.unreadable(Unreadable(path: path, error: error, status: status)))
            }
        }
    }
}
