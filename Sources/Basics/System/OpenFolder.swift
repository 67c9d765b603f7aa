private import CLinux
import Glibc

/// Renaming that never replaces a file.
package enum Rename {
    /// Moves an entry of one open folder to a new name in another open folder.
    ///
    /// Blocks. Where the file system cannot refuse to replace a file (some network mounts), it first checks whether the
    /// name is taken.
    ///
    /// - Returns: 0, or the `errno`; `EEXIST` when the new name is taken.
    package static func withoutReplacing(
        _ name: [CChar],
        in folder: Int32,
        to newName: [CChar],
        in newFolder: Int32
    ) -> Int32 {
        if unsafe renameat2(folder, name, newFolder, newName, rename_no_replace) == 0 { return 0 }
        guard errno == EINVAL || errno == ENOSYS else { return errno }
        var status = stat()
        if unsafe fstatat(newFolder, newName, &status, AT_SYMLINK_NOFOLLOW) == 0 { return EEXIST }
        return unsafe renameat(folder, name, newFolder, newName) == 0 ? 0 : errno
    }
}
