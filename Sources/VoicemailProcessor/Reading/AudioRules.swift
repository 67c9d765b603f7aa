import Basics
import Mail

/// Which part of a mail is the recording, and whether there is any sound in it.
enum AudioRules {
    private static let endings = [".wav", ".wav49", ".gsm", ".ogg", ".mp3"]
    /// How many bytes `hasSound` needs at most.
    static let headerLimit = 4096

    static func isAudio(_ part: MailPart) -> Bool {
        if part.contentType.hasPrefix("audio/") || part.contentType == "application/ogg" { return true }
        let name = part.fileName.lowercased()
        return endings.contains { name.hasSuffix($0) }
    }

    /// Whether a recording that begins with these bytes has more than a header.
    ///
    /// Asterisk leaves a WAV with a header only when a caller hangs up at once.
    static func hasSound(_ bytes: [UInt8]) -> Bool {
        guard bytes.count < headerLimit, bytes.prefix(4) == Array("RIFF".utf8)[...] else { return !bytes.isEmpty }
        var rest = bytes.dropFirst(12)
        while rest.count >= 8 {
            let size = rest.prefix(8).suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            if rest.prefix(4) == Array("data".utf8)[...] { return rest.count > 8 }
            rest = rest.dropFirst(8 + size + size % 2)
        }
        return false
    }
}
