package import Basics
package import CallRecords

/// Decides whether a file is a finished recording that should be uploaded.
package struct ReadinessRules: Sendable {
    /// Extensions in lower case, without the dot.
    package var extensions: [String]
    /// Only names that contain one of these are accepted; empty accepts all.
    package var includes: [String]
    /// Names that contain one of these are skipped.
    package var excludes: [String]
    package var minimumBytes: Int
    package var maximumBytes: Int
    /// The shortest audio, where its length is known.
    package var minimumDuration: Duration
    /// The shortest time since the last write.
    package var minimumAge: Duration
    /// The longest time since the last write.
    package var maximumAge: Duration

    /// After this time without a write a file counts as closed, whatever its header says.
    package static let quiet = Duration.seconds(600)

    package init(
        extensions: [String] = ["wav", "mp3", "gsm"],
        includes: [String] = [],
        excludes: [String] = [],
        minimumBytes: Int = 1024,
        maximumBytes: Int = 4 << 30,
        minimumDuration: Duration = .zero,
        minimumAge: Duration = .seconds(120),
        maximumAge: Duration = .seconds(86400)
    ) {
        self.extensions = extensions
        self.includes = includes
        self.excludes = excludes
        self.minimumBytes = minimumBytes
        self.maximumBytes = maximumBytes
        self.minimumDuration = minimumDuration
        self.minimumAge = minimumAge
        self.maximumAge = maximumAge
    }

    /// Why a file with this name is skipped, whatever its content; the cheapest check, so the first.
    package func objection(toName name: Bytes) -> SkipReason? {
        let pathExtension = Self.pathExtension(of: name).map(ASCII.lowercased)
        guard extensions.contains(where: { pathExtension.elementsEqual($0.utf8) }) else { return .extension }
        if !includes.isEmpty && !includes.contains(where: { Self.has(name, $0) }) { return .notIncluded }
        return excludes.contains { Self.has(name, $0) } ? .excluded : nil
    }

    /// Why a file with this stamp is skipped; needs no content.
    package func objection(to stamp: FileStamp, format: AudioFormat, at instant: Timestamp) -> SkipReason? {
        let age = stamp.age(at: instant)
        if age > maximumAge { return .tooOld }
        if age < minimumAge { return .tooYoung }
        if format == .wav && stamp.size == WAVHeader.shortest { return .empty }
        if stamp.size > maximumBytes { return .tooLarge }
        return stamp.size < minimumBytes ? .tooSmall : nil
    }

    /// Why a file with an accepted name and stamp is skipped because of its content.
    ///
    /// - Parameters:
    ///   - head: the first bytes: `WAVHeader.longest`, or all if there are fewer.
    ///   - earlier: the stamp in the previous scan; `nil` when there was none.
    package func objection(
        to stamp: FileStamp,
        after earlier: FileStamp?,
        format: AudioFormat,
        head: Bytes,
        at instant: Timestamp
    ) -> SkipReason? {
        if format == .wav, let header = WAVHeader(head) {
            let mayBeOpen = stamp.age(at: instant) < Self.quiet
            if header.isOpen(size: stamp.size) && mayBeOpen { return .stillOpen }
            if header.isEmpty(size: stamp.size) { return .empty }
        }
        if let duration = format.duration(head: head, size: stamp.size), duration < minimumDuration { return .tooShort }
        return earlier == stamp ? nil : .unsettled
    }

    /// The part after the last dot of a name; empty when there is no dot except at the start.
    package static func pathExtension(of name: Bytes) -> Bytes {
        guard let dot = name.lastIndex(of: ASCII.dot), dot > name.startIndex else { return [] }
        return name[(dot + 1)...]
    }

    private static func has(_ name: Bytes, _ pattern: String) -> Bool {
        let pattern = Array(pattern.utf8)
        guard name.count >= pattern.count else { return false }
        return (name.startIndex...name.endIndex - pattern.count).contains { name[$0...].starts(with: pattern) }
    }
}
