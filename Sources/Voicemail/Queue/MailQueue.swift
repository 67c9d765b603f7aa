package import Basics
import Glibc

/// A folder of mails that were taken and not sent yet: a file each, with mode 0600, named by its time.
///
///     1795839732000000-6971-1.eml         the mail as Asterisk wrote it, flushed to the disk
///     1795839732000000-6971-1.eml.tries   a byte for each attempt that was begun and not ended
///     1795839732000000-6971-1.part        a copy that a kill broke off
///     1795839732000000-6971-1.eml.new     the new mail, while sendmail reads it
///     slot-1, flush                       locks
///
/// **Invariants.** A mail is complete and flushed before it has the name `.eml`. Only the process that holds its lock
/// sends and removes it.
package struct MailQueue: Sendable {
    package let folder: String

    package init(_ folder: String) { self.folder = folder }

    /// The queue in a folder that anyone may write, such as /tmp: a folder of its own for each user.
    package init(in temporaryFolder: String) {
        folder = "\(temporaryFolder)/asterisk-connector-voicemail-\(geteuid())"
    }

    /// Makes the folder and those above it; the last one gets mode 0700.
    ///
    /// - Throws: also when something else has its name, or it belongs to another user than root or this one.
    package func prepare() throws(SystemError) {
        if unsafe mkdir(folder, 0o700) != 0, errno == ENOENT {
            let steps = folder.split(separator: "/")
            for count in 1..<max(1, steps.count) {
                _ = try Directory.make("/" + steps.prefix(count).joined(separator: "/"))
            }
            _ = unsafe mkdir(folder, 0o700)
        }
        var status = stat()
        guard unsafe lstat(folder, &status) == 0 else { throw SystemError("mkdir", folder) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw SystemError("use", folder, because: "not a folder") }
        guard status.st_uid == geteuid() || geteuid() == 0 || status.st_uid == 0 else {
            throw SystemError("use", folder, because: "it belongs to another user")
        }
    }

    /// Copies a mail into the queue and flushes it to the disk.
    ///
    /// - Throws: when that fails; then nothing of it is in the queue, and `input` can be copied again.
    func keep(_ input: inout MailInput) throws(SystemError) -> KeptMail {
        try prepare()
        let name = "\(folder)/\(Timestamp.now().microseconds)-\(getpid())"
        var number = 0
        while true {
            number += 1
            let part = "\(name)-\(number)\(KeptMail.Kind.part.rawValue)"
            let file = FileDescriptor(
                unsafe Glibc.open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            )
            if !file.isOpen, errno == EEXIST { continue }
            guard file.isOpen else { throw SystemError("open", part) }
            // Before the first byte: else `flush` could take it for one that was broken off.
            guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else { throw SystemError("flock", part) }
            return try keep(&input, file, part, "\(name)-\(number)\(KeptMail.Kind.whole.rawValue)")
        }
    }

    private func keep(
        _ input: inout MailInput,
        _ file: consuming FileDescriptor,
        _ part: String,
        _ path: String
    ) throws(SystemError) -> KeptMail {
        do throws(SystemError) {
            try input.copy(to: file, subject: part)
            guard fsync(file.number) == 0 else { throw SystemError("fsync", part) }
            guard unsafe rename(part, path) == 0 else { throw SystemError("rename", part) }
        } catch {
            input.remember(file)
            _ = unsafe unlink(part)
            throw error
        }
        Self.flushFolder(of: path)
        guard let mail = KeptMail(path, file) else { throw SystemError("open", path) }
        return mail
    }

    /// The paths of the mails that wait, locked or not, the oldest first; none when the folder cannot be read.
    package var waiting: [String] {
        let kinds = [KeptMail.Kind.whole.rawValue, KeptMail.Kind.part.rawValue]
        return Directory.names(in: folder).filter { name in kinds.contains { name.hasSuffix($0) } }.sorted()
            .map { "\(folder)/\($0)" }
    }

    /// Removes what kills have left: new mails that nobody sends any more, and notes without a mail.
    func removeRemains() {
        for name in Directory.names(in: folder) {
            guard let end = [".tries", ".new"].first(where: { name.hasSuffix($0) }) else { continue }
            let path = "\(folder)/\(name)"
            if unsafe access(String(path.dropLast(end.count)), F_OK) != 0, errno == ENOENT { _ = unsafe unlink(path) }
        }
    }

    /// Takes a lock of the folder by its name; `nil` when another process has it.
    package func lock(_ name: String) -> FileDescriptor? {
        let file = FileDescriptor(
            unsafe Glibc.open("\(folder)/\(name)", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        )
        guard file.isOpen, flock(file.number, LOCK_EX | LOCK_NB) == 0 else { return nil }
        return file
    }

    /// Flushes the folder that a file is in; some file systems refuse that, and it then does without.
    static func flushFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = FileDescriptor(unsafe Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        if descriptor.isOpen { _ = fsync(descriptor.number) }
    }
}
