import CCurl

/// The header lines of one request as libcurl takes them; belongs to the loop's thread.
@safe
final class HeaderLines {
    private(set) var pointer: UnsafeMutablePointer<curl_slist>?

    /// Nil when there is no memory for all of them: a request without one of its headers is another request.
    ///
    /// - Parameter hasMemory: for tests of a line for which there is none.
    init?(_ lines: [String], if hasMemory: (String) -> Bool) {
        unsafe pointer = nil
        for line in lines {
            guard hasMemory(line), let longer = unsafe curl_slist_append(pointer, line) else { return nil }
            unsafe pointer = longer
        }
    }

    deinit { unsafe curl_slist_free_all(pointer) }
}
