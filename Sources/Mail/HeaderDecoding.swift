package import Basics
private import CGMime

/// What the value of a header means.
package enum HeaderDecoding {
    /// Text with its encoded words (RFC 2047) decoded.
    package static func text(_ value: String) -> String {
        GMime.start
        return unsafe GMime.taken(g_mime_utils_header_decode_text(nil, value))
    }

    /// The instant of a Date header; `nil` when it is none.
    package static func date(_ value: String) -> Timestamp? {
        GMime.start
        guard let date = unsafe g_mime_utils_header_decode_date(value) else { return nil }
        defer { unsafe g_date_time_unref(date) }
        return Timestamp(seconds: Int(unsafe g_date_time_to_unix(date)))
    }

    /// The addresses of a To header, without the names of groups.
    package static func addresses(_ value: String) -> [MailAddress] {
        GMime.start
        guard let list = unsafe internet_address_list_parse(nil, value) else { return [] }
        defer { unsafe g_object_unref(list) }
        var addresses: [MailAddress] = []
        for index in 0..<max(0, unsafe internet_address_list_length(list)) {
            guard let entry = unsafe internet_address_list_get_address(list, index),
                let address = unsafe cgmime_address(entry)
            else { continue }
            let name = unsafe GMime.copied(internet_address_get_name(entry))
            addresses.append(MailAddress(name: name, address: unsafe GMime.copied(address)))
        }
        return addresses
    }
}
