import Glibc

/// What someone put in the place of a file of the spool, so that this program writes elsewhere or waits forever.
enum PlantedFile {
    /// Refuses whatever is there and no plain file, such as a link.
    static func refuse(_ path: String) throws(SpoolError) {
        var figures = stat()
        guard unsafe lstat(path, &figures) == 0, figures.st_mode & S_IFMT != S_IFREG else { return }
        throw .planted(path: path, kind: kind(of: figures.st_mode))
    }

    /// Refuses a link that neither root nor this user made; other links to directories are a matter of taste.
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
