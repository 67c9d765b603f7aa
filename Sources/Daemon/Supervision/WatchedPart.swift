package import Basics

/// A part of the program that the watchdog watches.
package struct WatchedPart: Sendable {
    /// Returns the progress of the part.
    package let sign: @Sendable () -> ProgressCheck.Sign
    /// Wakes the part so that it makes progress; must not block.
    package let prompt: @Sendable () -> Void

    package init(sign: @escaping @Sendable () -> ProgressCheck.Sign, prompt: @escaping @Sendable () -> Void = {}) {
        self.sign = sign
        self.prompt = prompt
    }
}
