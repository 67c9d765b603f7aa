/// A value that never shows itself: printing, logging or reflecting it gives asterisks.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The value itself; only the code that sends it may read this.
    package let revealed: String

    package init(_ value: String) { revealed = value }

    package var description: String { "********" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
