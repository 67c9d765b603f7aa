import Glibc

/// A file that only takes up room: on a full disk it is removed, so that deliveries can still be noted, which needs room
/// in the write-ahead log.
struct Ballast {
    private let path: String
    private let maxBytes: Int

    init(directory: String, maxBytes: Int) {
        path = "\(directory)/ballast"
        self.maxBytes = maxBytes
    }

    /// Small disks and small spools get little.
    private func size(on disk: DiskSpace) -> Int { max(256 << 10, min(32 << 20, maxBytes / 64, disk.size / 64)) }

    var isThere: Bool { unsafe access(path, F_OK) == 0 }

    /// Takes up the room, if the disk has plenty of it.
    func load(on disk: DiskSpace) {
        let size = size(on: disk)
        guard !isThere, disk.free > 4 * size else { return }
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        if posix_fallocate(file, 0, size) != 0 { unsafe unlink(path) }
        close(file)
    }

    /// Gives the room free; false when there was none to give.
    func drop() -> Bool { unsafe unlink(path) == 0 }
}
