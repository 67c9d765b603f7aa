package import Basics
private import CGMime

/// Text from bytes whose charset may be wrong.
///
/// Asterisk writes names as it has them, and `charset=` of voicemail.conf beside them. So valid UTF-8 is UTF-8 whatever
/// the mail says; other bytes are of the charset that it names; and of ISO-8859-1, in which each byte is a character,
/// when that is unknown or the bytes are not of it.
package enum MailText {
    package static func decode(_ bytes: Bytes, charset: String) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        if let text = converted(bytes, from: charset) { return text }
        return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }

    private static func converted(_ bytes: Bytes, from charset: String) -> String? {
        let name = charset.lowercased()
        guard !["", "utf-8", "utf8", "us-ascii", "iso-8859-1", "latin1"].contains(name), !name.contains("\0") else {
            return nil
        }
        var count: gsize = 0
        let text = unsafe bytes.withUnsafeBytes { bytes -> UnsafeMutablePointer<CChar>? in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return unsafe g_convert(start, gssize(bytes.count), "UTF-8", charset, nil, &count, nil)
        }
        guard let text = unsafe text else { return nil }
        defer { unsafe g_free(text) }
        let converted = unsafe UnsafeRawBufferPointer(start: text, count: Int(count))
        return unsafe String(validating: converted, as: UTF8.self)
    }
}
