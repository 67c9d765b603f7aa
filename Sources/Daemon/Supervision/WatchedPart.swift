package import Basics

/// A part of the program as the watchdog sees it.
package struct WatchedPart: Sendable {
    /// How it is now.
    package let sign: @Sendable () -> ProgressCheck.Sign
    /// Gives it a reason to take a turn; must not wait.
    package let prompt: @Sendable () -> Void

    package init(sign: @escaping @Sendable () -> ProgressCheck.Sign, prompt: @escaping @Sendable () -> Void = {}) {
        self.sign = sign
        self.prompt = prompt
    }
}
