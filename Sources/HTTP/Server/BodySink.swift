/// Takes the body of a request as it comes, so that a large one is never in memory.
package protocol BodySink: AnyObject, Sendable {
    /// Takes the next bytes, on the thread of the connection.
    func append(_ bytes: UnsafeRawBufferPointer)
}
