import Basics
import Daemon

/// What Asterisk's voicemail.conf says about mails.
struct VoicemailConf {
    /// The addresses of boxes, and those of their pagers.
    private(set) var addresses: Set<String> = []
    private(set) var pagers: Set<String> = []
    /// The value of each option in `[general]`; the last one counts.
    private(set) var general: [String: String] = [:]

    static let usualPath = "/etc/asterisk/voicemail.conf"

    /// Reads the file, and blocks; `nil` when it cannot be read.
    init?(path: String = usualPath) {
        guard let bytes = try? FileContents.read(path, limit: 16 << 20) else { return nil }
        self.init(text: bytes[...].text)
    }

    init(text: String) {
        var section = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let content = Self.withoutComment(line)
            if content.hasPrefix("["), let end = content.firstIndex(of: "]") {
                section = String(content[content.index(after: content.startIndex)..<end])
                continue
            }
            guard let sign = content.firstIndex(of: "=") else { continue }
            let name = String(content[..<sign]).trimmingBlanks
            let value = String(content[content.index(after: sign)...].drop { $0 == ">" }).trimmingBlanks
            if section == "general" { general[name.lowercased()] = value } else { addBox(value) }
        }
    }

    /// `pin,name,addresses,pager addresses,options`; several addresses have `|` between them.
    private mutating func addBox(_ value: String) {
        let parts = value.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return }
        addresses.formUnion(Self.addresses(parts[2]))
        if parts.count > 3 { pagers.formUnion(Self.addresses(parts[3])) }
    }

    private static func addresses(_ text: Substring) -> [String] {
        text.split(separator: "|").map { String($0).trimmingBlanks.lowercased() }.filter { !$0.isEmpty }
    }

    /// A `;` begins a comment, `\;` does not.
    private static func withoutComment(_ line: Substring) -> Substring {
        var previous: Character = " "
        for index in line.indices {
            if line[index] == ";", previous != "\\" { return trimmed(line[..<index]) }
            previous = line[index]
        }
        return trimmed(line)
    }

    private static func trimmed(_ text: Substring) -> Substring { Substring(String(text).trimmingBlanks) }

    /// Whether an address is only that of a pager.
    func isPager(_ address: String) -> Bool {
        let address = address.lowercased()
        return pagers.contains(address) && !addresses.contains(address)
    }
}
