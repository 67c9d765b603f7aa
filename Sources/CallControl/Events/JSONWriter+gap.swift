import Basics

extension JSONWriter {
    /// Writes the `data` of `system:gap`.
    ///
    /// - Parameter reason: why events are missing, and what a client has to do.
    mutating func gap(_ reason: String, from: Int, to last: Int) {
        key("data")
        beginObject()
        required("reason", reason)
        required("from", from)
        required("to", last)
        endObject()
    }
}
