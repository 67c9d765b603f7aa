import Dispatch
import Glibc

/// The process's signals as a stream.
package struct Signals {
    /// Ignores SIGPIPE: a peer that went away is an error of the call that noticed it, never the end of the process.
    package static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

    /// Each of `numbers` as it arrives; the default action (ending the process) no longer happens.
    package static func stream(_ numbers: Int32...) -> AsyncStream<Int32> {
        AsyncStream(bufferingPolicy: .bufferingNewest(8)) { continuation in
            let sources = numbers.map { number in
                _ = signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(number) }
                source.resume()
                return Source(source)
            }
            continuation.onTermination = { _ in for source in sources { source.cancel() } }
        }
    }

    /// `@unchecked Sendable`: Dispatch's sources may be cancelled from any thread.
    private struct Source: @unchecked Sendable {
        private let source: any DispatchSourceSignal

        init(_ source: any DispatchSourceSignal) { self.source = source }

        func cancel() { source.cancel() }
    }
}
