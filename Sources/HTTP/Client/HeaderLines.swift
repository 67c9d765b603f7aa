import CCurl

/// The header lines of one request in libcurl's form; used only on the loop's thread.
@safe
final class HeaderLines {
    private(set) var pointer: UnsafeMutablePointer<curl_slist>?

    /// `nil` when there is no memory for all of them: a request that lacks a header is a different request.
    ///
    /// - Parameter hasMemory: for tests; false simulates a line for which there is no memory.
    init?(_ lines: [String], if hasMemory: (String) -> Bool) {
        unsafe pointer = nil
        for line in lines {
            guard hasMemory(line), let longer = unsafe curl_slist_append(pointer, line) else { return nil }
            unsafe pointer = longer
        }
    }

    deinit { unsafe curl_slist_free_all(pointer) }
}
