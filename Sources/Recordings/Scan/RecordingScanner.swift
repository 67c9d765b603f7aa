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
            let descriptor = FileDescriptor(unsafe open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
            guard descriptor.isOpen else {
                let error = SystemError("open", root)
                guard visit(.unreadable(Unreadable(path: path, error: error, status: Self.status(root)))) else {
                    return
                }
                continue
            }
            let walk = Walk(
                rules: rules,
                instant: instant,
                rootLength: path.count,
                judgesNamesOnly: judgesNamesOnly
            )
            guard walk.visitFolder(descriptor, path, depth: 0, visit) else { return }
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
            _ descriptor: consuming FileDescriptor,
            _ path: [UInt8],
            depth: Int,
            _ visit: (Finding) -> Bool
        ) -> Bool {
            let number = descriptor.release()
            guard let folder = unsafe fdopendir(number) else {
                close(number)
                return true
            }
            defer { unsafe closedir(folder) }
            while let entry = unsafe readdir(folder) {
                let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    unsafe Array(bytes.prefix { $0 != 0 })
                }
                guard name != [ASCII.dot], name != [ASCII.dot, ASCII.dot], !name[...].equals(processed) else {
                    continue
                }
                let kind = unsafe Int32(entry.pointee.d_type)
                guard visitEntry(name, kind: kind, in: number, path, depth: depth, visit) else { return false }
            }
            return true
        }

        private func visitEntry(
            _ name: [UInt8],
            kind: Int32,
            in folder: Int32,
            _ folderPath: [UInt8],
            depth: Int,
            _ visit: (Finding) -> Bool
        ) -> Bool {
            let path = folderPath + [UInt8(ascii: "/")] + name
            let objection = rules.objection(toName: name[...])
            // A regular file with an unwanted name needs no system call.
            if kind == Int32(DT_REG), let objection { return visit(.left(path: path, objection)) }
            let entryName = name.map(CChar.init(bitPattern:)) + [0]
            var status = stat()
            guard unsafe fstatat(folder, entryName, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                let error = SystemError("stat", path[...].text)
                // ENOENT: it was just moved or deleted.
                guard error.code != ENOENT else { return true }
                return visit(.unreadable(Unreadable(path: path, error: error, status: nil)))
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                return enter(entryName, status, in: folder, path, depth: depth, visit)
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
            _ name: [CChar],
            _ status: stat,
            in folder: Int32,
            _ path: [UInt8],
            depth: Int,
            _ visit: (Finding) -> Bool
        ) -> Bool {
            guard depth < deepest else { return visit(.left(path: path, .tooDeep)) }
            let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
            let descriptor = FileDescriptor(unsafe openat(folder, name, flags))
            guard descriptor.isOpen else {
                let error = SystemError("open", path[...].text)
                guard error.code != ENOENT else { return true }
                return visit(.unreadable(Unreadable(path: path, error: error, status: status)))
            }
            return visitFolder(descriptor, path, depth: depth + 1, visit)
        }
    }
}
