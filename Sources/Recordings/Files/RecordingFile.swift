package import Basics
package import CallRecords
import Glibc

/// A recording that is open for reading, even if its name now belongs to another file.
package struct RecordingFile: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Opens a file that was found, without following links below the watched folder.
    ///
    /// Blocks.
    ///
    /// - Throws: `Unreadable`, also when it is no longer a regular file; `error.code` is `ENOENT` when it no longer
    ///   exists.
    package init(_ file: FoundFile) throws(Unreadable) { descriptor = try Self.open(file) }

    private static func open(_ file: FoundFile) throws(Unreadable) -> FileDescriptor {
        let folder = try openFolder(of: file)
        do throws(SystemError) {
            let descriptor = try folder.file(file.name)
            var status = stat()
            guard unsafe fstat(descriptor.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                throw SystemError("open", "", code: EINVAL)
            }
            return descriptor
        } catch {
            throw refusal(file.path, code: error.code, status: try? folder.status(of: file.name))
        }
    }

    /// Opens the folder that a file was found in.
    static func openFolder(of file: FoundFile) throws(Unreadable) -> OpenFolder {
        let names = file.path[file.rootLength...].split(separator: UInt8(ascii: "/"))
        guard !names.isEmpty else { throw refusal(file.path, code: EISDIR) }
        let root = file.path[..<file.rootLength]
        var folder = try openRoot(root.isEmpty ? [UInt8(ascii: "/")] : Array(root), of: file)
        for name in names.dropLast() {
            do throws(SystemError) {
                folder = try folder.folder(name)
            } catch {
                throw refusal(file.path, code: error.code, status: try? folder.status(of: name))
            }
        }
        return folder
    }

    private static func openRoot(_ path: [UInt8], of file: FoundFile) throws(Unreadable) -> OpenFolder {
        do throws(SystemError) { return try OpenFolder(path: path) } catch {
            throw refusal(file.path, code: error.code)
        }
    }

    private static func refusal(_ path: [UInt8], code: Int32, status: stat? = nil) -> Unreadable {
        Unreadable(path: path, error: SystemError("open", path[...].text, code: code), status: status)
    }

    /// Returns the descriptor and ends this object's ownership.
    package consuming func release() -> FileDescriptor { descriptor }

    /// The current stamp of the file; `nil` when the system does not return it.
    package var stamp: FileStamp? {
        var status = stat()
        return unsafe fstat(descriptor.number, &status) == 0 ? FileStamp(status) : nil
    }

    /// Reads the first bytes, enough for the header of a wav.
    ///
    /// Blocks.
    package func head() throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: WAVHeader.longest)
        let count = try read(at: 0, into: &bytes)
        return Array(bytes.prefix(count))
    }

    /// Reads the first bytes of a file that was found.
    ///
    /// Blocks.
    package static func head(of file: FoundFile) throws(Unreadable) -> [UInt8] {
        let opened = try RecordingFile(file)
        do throws(SystemError) {
            return try opened.head()
        } catch {
            throw Unreadable(path: file.path, error: error, status: nil)
        }
    }

    /// Measures the file by reading it from start to end; `nil` when stopped.
    ///
    /// Blocks, for minutes when the file is large.
    ///
    /// - Parameters:
    ///   - sha256: the digest of the file if it was read before; then most formats need only their first bytes.
    ///   - isStopped: called every 256 KiB; `true` stops the work.
    package func measure(
        _ file: FoundFile,
        knowing sha256: [UInt8]?,
        unless isStopped: () -> Bool
    ) throws(Unreadable) -> RecordingMeasure? {
        do throws(SystemError) {
            guard let sha256, file.format != .mp3 else { return try measure(as: file.format, unless: isStopped) }
            let duration = file.format.duration(head: try head()[...], size: file.stamp.size)
            return RecordingMeasure(sha256: sha256, size: file.stamp.size, duration: duration)
        } catch {
            throw Unreadable(path: file.path, error: error, status: nil)
        }
    }

    /// Reads the file once for its digest, size and length; `nil` when stopped.
    ///
    /// Blocks.
    package func measure(
        as format: AudioFormat,
        unless isStopped: () -> Bool
    ) throws(SystemError) -> RecordingMeasure? {
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        let digest = RunningDigest()
        var frames = MP3FrameCounter()
        var size = 0
        while !isStopped() {
            let count = try read(at: size, into: &chunk)
            guard count > 0 else {
                let duration =
                    format == .mp3 ? frames.duration : format.duration(head: try head()[...], size: size)
                return RecordingMeasure(sha256: digest.finish(), size: size, duration: duration)
            }
            size += count
            digest.append(chunk[..<count])
            if format == .mp3 { frames.append(chunk[..<count]) }
        }
        return nil
    }

    private func read(at offset: Int, into buffer: inout [UInt8]) throws(SystemError) -> Int {
        while true {
            let count = unsafe pread(descriptor.number, &buffer, buffer.count, offset)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read", "a recording") }
            return count
        }
    }
}
