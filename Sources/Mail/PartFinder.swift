private import CGMime

/// Finds the leaves of a mail with GMime, as offsets into its file.
///
/// No object of GMime outlives the call.
enum PartFinder {
    private static let deepest = 16

    /// - Parameters:
    ///   - descriptor: the open file, read from its begin; its position is undefined afterwards.
    ///   - size: the number of bytes to read.
    /// - Returns: the leaves in their order, and whether the mail is a multipart.
    static func parts(of descriptor: Int32, size: Int) throws(MailError) -> (parts: [MailPart], isMultipart: Bool) {
        GMime.start
        guard let message = unsafe cgmime_parse(descriptor, gint64(size)) else { throw .malformed("no message in it") }
        defer { unsafe g_object_unref(message) }
        guard let root = unsafe g_mime_message_get_mime_part(message) else { throw .malformed("it has no content") }
        guard let multipart = unsafe cgmime_multipart(root) else {
            return ([unsafe try part(root, isRoot: true)], false)
        }
        var parts: [MailPart] = []
        unsafe try collect(multipart, depth: 1, into: &parts)
        return (parts, true)
    }

    private static func collect(
        _ multipart: UnsafeMutablePointer<GMimeMultipart>,
        depth: Int,
        into parts: inout [MailPart]
    ) throws(MailError) {
        guard depth <= deepest else { throw .tooLarge("parts are nested more than \(deepest) times") }
        for index in 0..<max(0, unsafe g_mime_multipart_get_count(multipart)) {
            guard let object = unsafe g_mime_multipart_get_part(multipart, index) else { continue }
            if let inner = unsafe cgmime_multipart(object) {
                unsafe try collect(inner, depth: depth + 1, into: &parts)
            } else {
                parts.append(unsafe try part(object, isRoot: false))
            }
        }
    }

    private static func part(
        _ object: UnsafeMutablePointer<GMimeObject>,
        isRoot: Bool
    ) throws(MailError) -> MailPart {
        let type = unsafe g_mime_object_get_content_type(object)
        let contentType = unsafe GMime.taken(g_mime_content_type_get_mime_type(type)).lowercased()
        guard let part = unsafe cgmime_part(object) else { throw .unsupported("a part of type \(contentType)") }
        var (start, end): (gint64, gint64) = (0, 0)
        guard unsafe cgmime_content_bounds(part, &start, &end) != 0, start >= 0, end >= start else {
            throw .malformed("a part of type \(contentType) has no content")
        }
        let headers = unsafe isRoot ? -1 : cgmime_header_offset(object)
        return unsafe MailPart(
            contentType: contentType,
            fileName: GMime.copied(g_mime_part_get_filename(part)),
            charset: GMime.copied(g_mime_content_type_get_parameter(type, "charset")),
            isAttachment: g_mime_part_is_attachment(part) != 0,
            content: Int(start)..<Int(end),
            whole: headers >= 0 && headers <= start ? Int(headers)..<Int(end) : nil,
            encoding: g_mime_part_get_content_encoding(part).rawValue
        )
    }
}
