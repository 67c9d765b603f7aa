import Basics
import Mail

/// Makes boundaries that occur in no part.
package struct BoundaryMaker: Sendable {
    /// A candidate; another one each time.
    private let candidate: @Sendable () -> String

    /// With 128 random bits of the system in each.
    ///
    /// `=_` occurs neither in Base64 nor in quoted-printable.
    package init() {
        self.init {
            var generator = SystemRandomNumberGenerator()
            let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            return "=_voicemail_" + String(decoding: ASCII.hexadecimal(bytes), as: UTF8.self)
        }
    }

    package init(_ candidate: @escaping @Sendable () -> String) { self.candidate = candidate }

    /// A boundary other than `taken` that occurs neither in the copied parts nor in the texts.
    ///
    /// - Throws: `MailError.unsupported` when ten candidates occur, which cannot be chance.
    func make(
        notIn file: MailFile,
        _ attachments: [MailPart],
        _ texts: [TextPart],
        besides taken: String = ""
    ) throws(MailError) -> String {
        for _ in 0..<10 {
            let boundary = candidate()
            guard boundary != taken, !texts.contains(where: { $0.content.contains(boundary) }) else { continue }
            var isFree = true
            for part in attachments where isFree {
                isFree = try !Self.occurs(boundary, in: part.whole ?? part.content, of: file)
            }
            if isFree { return boundary }
        }
        throw .unsupported("no boundary is free")
    }

    private static func occurs(_ boundary: String, in range: Range<Int>, of file: MailFile) throws(MailError) -> Bool {
        let sought = Array(boundary.utf8)
        var tail: [UInt8] = []
        var isFound = false
        try file.read(range) { (piece) throws(MailError) in
            guard !isFound else { return }
            let joined = tail + piece
            isFound = ByteSearch.contains(joined, sought)
            tail = Array(joined.suffix(sought.count - 1))
        }
        return isFound
    }
}
