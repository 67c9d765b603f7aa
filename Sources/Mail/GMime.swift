private import CGMime

/// The library as a whole, and its strings.
enum GMime {
    /// Starts the library once; each use of it reads this first.
    static let start: Void = g_mime_init()

    /// The text of a string that belongs to GMime.
    static func copied(_ text: UnsafePointer<CChar>?) -> String {
        guard let text = unsafe text else { return "" }
        return unsafe String(cString: text)
    }

    /// The text of a string that belongs to the caller, which is freed.
    static func taken(_ text: UnsafeMutablePointer<CChar>?) -> String {
        guard let text = unsafe text else { return "" }
        defer { unsafe g_free(text) }
        return unsafe String(cString: text)
    }
}
