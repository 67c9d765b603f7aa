package import Basics
package import CallRecords

/// Decides whether a file is a finished recording that is wanted.
package struct ReadinessRules: Sendable {
    /// In lower case, without the dot.
    package var extensions: [String]
    package var includes: [String]
    package var excludes: [String]
    package var minimumBytes: Int
    package var maximumBytes: Int
    package var minimumDuration: Duration
    package var minimumAge: Duration
    package var maximumAge: Duration

    /// After so long without a write, nobody writes any more, whatever the header says.
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

    /// Why a file of this name is skipped, whatever is in it; the cheapest question, so the first.
    package func objection(toName name: Bytes) -> SkipReason? {
        let pathExtension = Self.pathExtension(of: name).map(ASCII.lowercased)
        guard extensions.contains(where: { pathExtension.elementsEqual($0.utf8) }) else { return .extension }
        if !includes.isEmpty && !includes.contains(where: { Self.has(name, $0) }) { return .notIncluded }
        return excludes.contains { Self.has(name, $0) } ? .excluded : nil
    }

    /// Why a file with this stamp is skipped; its bytes are not needed.
    package func objection(to look: FileStamp, format: AudioFormat, at instant: Timestamp) -> SkipReason? {
        let age = look.age(at: instant)
        if age > maximumAge { return .tooOld }
        if age < minimumAge { return .tooYoung }
        if format == .wav && look.size == WAVHeader.shortest { return .empty }
        if look.size > maximumBytes { return .tooLarge }
        return look.size < minimumBytes ? .tooSmall : nil
    }

    /// Why a file is skipped whose name and stamp are fine: its bytes decide.
    ///
    /// - Parameters:
    ///   - head: its first bytes, `WAVHeader.longest` or all.
    ///   - earlier: what the look before showed; `nil` when there was none.
    package func objection(
        to look: FileStamp,
        after earlier: FileStamp?,
        format: AudioFormat,
        head: Bytes,
        at instant: Timestamp
    ) -> SkipReason? {
        if format == .wav, let header = WAVHeader(head) {
            let mayBeOpen = look.age(at: instant) < Self.quiet
            if header.isOpen(size: look.size) && mayBeOpen { return .stillOpen }
            if header.isEmpty(size: look.size) { return .empty }
        }
        if let duration = format.duration(head: head, size: look.size), duration < minimumDuration { return .tooShort }
        return earlier == look ? nil : .unsettled
    }

    /// What follows the last dot of a name; empty when it has none, or none but the one at its start.
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
