import Glibc

/// Something put in the place of one of the spool's files, to make this program write elsewhere or wait forever.
enum PlantedFile {
    /// Refuses anything at `path` that is not a regular file, such as a link; a missing file is allowed.
    static func refuse(_ path: String) throws(SpoolError) {
        var figures = stat()
        guard unsafe lstat(path, &figures) == 0, figures.st_mode & S_IFMT != S_IFREG else { return }
        throw .planted(path: path, kind: kind(of: figures.st_mode))
    }

    /// Refuses a symbolic link made by another user than root or this one; other links to directories are allowed.
    static func refuse(linkOfOthers path: String) throws(SpoolError) {
        var figures = stat()
        guard unsafe lstat(path, &figures) == 0, figures.st_mode & S_IFMT == S_IFLNK else { return }
        guard figures.st_uid != 0, figures.st_uid != geteuid() else { return }
        throw .planted(path: path, kind: "a symbolic link of another user")
    }

    private static func kind(of mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFLNK: "a symbolic link"
        case S_IFDIR: "a directory"
        case S_IFIFO: "a named pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }
}
