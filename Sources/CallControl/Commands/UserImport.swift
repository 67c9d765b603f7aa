import Basics

/// A line of a file of users: `NAME:HASH`, or `NAME:HASH:ROLE:EXTENSION:DISPLAY NAME`.
///
/// The files of htpasswd with bcrypt are such files. What is missing or empty has a default.
struct ImportedUser: Equatable {
    var username: String
    var hash: String
    var role: String?
    var phone: String?
    var name: String?

    /// - Returns: `nil` for a line without a colon.
    init?(_ line: String) {
        let parts = line.split(separator: ":", maxSplits: 4, omittingEmptySubsequences: false).map { String($0) }
        guard parts.count >= 2 else { return nil }
        func part(_ index: Int) -> String? {
            guard index < parts.count, !parts[index].isEmpty else { return nil }
            return parts[index]
        }
        (username, hash) = (parts[0], parts[1])
        (role, phone, name) = (part(2), part(3), part(4))
    }

    /// The users of a file, with the numbers of their lines; empty lines and those that begin with `#` are skipped.
    static func users(in file: [UInt8]) -> [(line: Int, user: ImportedUser?)] {
        let lines = file.split(separator: ASCII.newline, omittingEmptySubsequences: false).map { bytes in
            String(decoding: bytes.last == ASCII.carriageReturn ? bytes.dropLast() : bytes, as: UTF8.self)
        }
        return lines.enumerated().compactMap { index, text in
            text.isEmpty || text.hasPrefix("#") ? nil : (index + 1, ImportedUser(text))
        }
    }
}
