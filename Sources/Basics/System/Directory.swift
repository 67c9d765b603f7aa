import Glibc

/// Makes, lists and removes folders.
package enum Directory {
    /// Makes a folder unless it exists; returns its path.
    package static func make(_ path: String) throws(SystemError) -> String {
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else { throw SystemError("mkdir", path) }
        return path
    }

    /// Makes a folder that only this user can read, and those above it where they are missing; one that exists stays as
    /// it is.
    package static func makePrivate(_ path: String) throws(SystemError) {
        guard unsafe mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        let parent = path.lastIndex(of: "/").map { path[..<$0] } ?? ""
        guard errno == ENOENT, !parent.isEmpty else { throw SystemError("mkdir", path) }
        try makePrivate(String(parent))
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemError("mkdir", path) }
    }

    /// Makes a new folder that only this user can read, under $TMPDIR or /tmp.
    package static func makeTemporary() throws(SystemError) -> String {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/asterisk-connector-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemError("mkdtemp", parent) }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The names in a folder, in no order; none when it cannot be read.
    package static func names(in path: String) -> [String] {
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a file, or a folder with its content; follows no link and reports no error.
    package static func remove(_ path: String) {
        if unsafe unlink(path) == 0 { return }
        for name in names(in: path) { remove("\(path)/\(name)") }
        unsafe rmdir(path)
    }
}
