package import Basics

/// When a call began, was answered and ended, and where an uncertain time comes from.
package struct CallTimes: Sendable, Equatable {
    package var start: Timestamp?
    package var answer: Timestamp?
    package var end: Timestamp?
    /// Where an uncertain time comes from; `nil` when all are certain.
    package var source: TimeSource?
}
