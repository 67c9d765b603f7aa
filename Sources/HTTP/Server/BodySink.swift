/// Receives the body of a request as it arrives, so that a large one is never held in memory.
package protocol BodySink: AnyObject, Sendable {
    /// Receives the next bytes, on the thread of the connection.
    func append(_ bytes: UnsafeRawBufferPointer)
}
