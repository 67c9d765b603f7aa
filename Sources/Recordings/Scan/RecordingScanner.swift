package import Basics
import Glibc

/// Walks through the watched folders and says of each file whether its name, size and age speak against it.
///
/// Memory does not grow with the number of files: folders are read as a stream. Below a watched folder no link is
/// followed, so that nobody who may write there can have another file uploaded.
package struct RecordingScanner: Sendable {
    package enum Finding: Sendable, Equatable {
        /// Its name and stamp are fine; its first bytes are still to be read.
        case candidate(FoundFile)
        case left(path: [UInt8], SkipReason)
        case unreadable(Unreadable)
    }

    /// The folder beside recordings that uploaded ones are moved to.
    package static let processed: StaticString = ".processed"

    /// Folders in folders beyond this are not looked into: a mount may hold itself.
    private static let deepest = 32

    private let roots: [String]
    private let rules: ReadinessRules
    private let judgesNamesOnly: Bool

    /// - Parameters:
    ///   - roots: absolute paths; a link at their end is followed.
    ///   - judgesNamesOnly: whether files of any size and age are candidates.
    package init(roots: [String], rules: ReadinessRules, judgesNamesOnly: Bool = false) {
        self.roots = roots
        self.rules = rules
        self.judgesNamesOnly = judgesNamesOnly
    }

    /// Looks at everything once, in the order of the file system.
    ///
    /// Blocks.
    ///
    /// - Parameter visit: false ends the walk.
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

        /// Visits what is in a folder; false when the walk is to end.
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
            // What is certainly a file of no interest costs no look.
            if kind == Int32(DT_REG), let objection { return visit(.left(path: path, objection)) }
            let entryName = name.map(CChar.init(bitPattern:)) + [0]
            var status = stat()
            guard unsafe fstatat(folder, entryName, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                let error = SystemError("stat", path[...].text)
                // It was moved or deleted a moment ago.
                guard error.code != ENOENT else { return true }
                return visit(.unreadable(Unreadable(path: path, error: error, status: nil)))
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                return enter(entryName, status, in: folder, path, depth: depth, visit)
            case S_IFREG:
                if let objection { return visit(.left(path: path, objection)) }
                let file = FoundFile(path: path, rootLength: rootLength, look: FileStamp(status))
                if !judgesNamesOnly,
                    let objection = rules.objection(to: file.look, format: file.format, at: instant)
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
