private import CLinux
import Glibc

/// Renaming that never replaces a file.
package enum Rename {
    /// Gives an entry of one folder a name in another; both folders are open.
    ///
    /// Blocks. A file system that cannot refuse to replace a file (some network mounts) is asked whether the name is taken
    /// first.
    ///
    /// - Returns: 0, else the `errno`; `EEXIST` when the new name is taken.
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
