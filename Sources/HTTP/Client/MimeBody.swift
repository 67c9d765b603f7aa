import CCurl

/// A multipart body in libcurl's form, for one transfer of one handle; used only on the loop's thread.
@safe
final class MimeBody {
    let pointer: OpaquePointer

    /// `nil` when libcurl has no memory; `form` must live as long as this.
    init?(_ form: MultipartForm, for handle: UnsafeMutableRawPointer) {
        guard let pointer = unsafe curl_mime_init(handle) else { return nil }
        unsafe self.pointer = pointer
        for field in form.fields {
            let part = unsafe curl_mime_addpart(pointer)
            let value = unsafe field.value.withUnsafeBytes { bytes in
                unsafe curl_mime_data(part, bytes.baseAddress ?? UnsafeRawPointer(pointer), bytes.count)
            }
            guard unsafe curl_mime_name(part, field.name) == CURLE_OK, value == CURLE_OK else { return nil }
            if let type = field.type, unsafe curl_mime_type(part, type) != CURLE_OK { return nil }
        }
        let part = unsafe curl_mime_addpart(pointer)
        let fileName = form.fileName.filter { $0 != 0 }.map(CChar.init(bitPattern:)) + [0]
        let context = unsafe Unmanaged.passUnretained(form.file).toOpaque()
        guard unsafe curl_mime_name(part, form.fileField) == CURLE_OK,
            unsafe curl_mime_filename(part, fileName) == CURLE_OK,
            unsafe curl_mime_type(part, form.contentType) == CURLE_OK,
            unsafe curl_mime_data_cb(part, curl_off_t(form.file.size), Self.read, Self.seek, nil, context) == CURLE_OK
        else { return nil }
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
