package import Basics

/// When a call began, was answered and ended, and what an uncertain one of these rests on.
package struct CallTimes: Sendable, Equatable {
    package var start: Timestamp?
    package var answer: Timestamp?
    package var end: Timestamp?
    package var source: TimeSource?
}
