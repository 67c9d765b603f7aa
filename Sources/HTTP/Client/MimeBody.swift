import CCurl

/// A multipart body as libcurl takes it, for one transfer of one handle; belongs to the loop's thread.
@safe
final class MimeBody {
    let pointer: OpaquePointer

    /// Nil when libcurl has no memory; `form` must live as long as this.
    init?(_ form: MultipartForm, for handle: UnsafeMutableRawPointer) {
        guard let pointer = unsafe curl_mime_init(handle) else { return nil }
        unsafe self.pointer = pointer
        for field in form.fields {
            let part = unsafe curl_mime_addpart(pointer)
            unsafe curl_mime_name(part, field.name)
            unsafe field.value.withUnsafeBytes { bytes in
                _ = unsafe curl_mime_data(part, bytes.baseAddress ?? UnsafeRawPointer(pointer), bytes.count)
            }
        }
        let part = unsafe curl_mime_addpart(pointer)
        unsafe curl_mime_name(part, form.fileField)
        unsafe curl_mime_filename(part, form.fileName.filter { $0 != 0 }.map(CChar.init(bitPattern:)) + [0])
        unsafe curl_mime_type(part, form.contentType)
        let context = unsafe Unmanaged.passUnretained(form.file).toOpaque()
        unsafe curl_mime_data_cb(part, curl_off_t(form.file.size), Self.read, Self.seek, nil, context)
    }

    deinit { unsafe curl_mime_free(pointer) }

    private static let read: curl_read_callback = { bytes, size, count, context in
        guard let context = unsafe context, let bytes = unsafe bytes else { return Int(CURL_READFUNC_ABORT) }
        let file = unsafe Unmanaged<FileUpload>.fromOpaque(context).takeUnretainedValue()
        return unsafe file.read(into: .init(start: bytes, count: size * count)) ?? Int(CURL_READFUNC_ABORT)
    }

    private static let seek: curl_seek_callback = { context, offset, origin in
        guard let context = unsafe context, origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
        let file = unsafe Unmanaged<FileUpload>.fromOpaque(context).takeUnretainedValue()
        return file.seek(to: Int(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
    }
}
