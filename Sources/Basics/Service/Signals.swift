import Dispatch
import Glibc

/// The process's signals as a stream.
package struct Signals {
    /// Ignores SIGPIPE: a closed peer is an error of the call that notices it, never the end of the process.
    package static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

    /// Each of `numbers` as it arrives; the default action (ending the process) no longer happens.
    ///
    /// Once this returns, no signal is missed. Until then the default action happens: a signal that is ignored before
    /// the stream listens for it would be lost.
    package static func stream(_ numbers: Int32...) async -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(8))
        var sources: [Source] = []
        for number in numbers {
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            let isReady = Promise<Bool>()
            source.setEventHandler { continuation.yield(number) }
            source.setRegistrationHandler { isReady.fulfil(true) }
            source.resume()
            sources.append(Source(source))
            _ = await isReady.value
        }
        let all = sources
        continuation.onTermination = { _ in for source in all { source.cancel() } }
        return stream
    }

    /// `@unchecked Sendable`: Dispatch's sources may be cancelled from any thread.
    private struct Source: @unchecked Sendable {
        private let source: any DispatchSourceSignal

        init(_ source: any DispatchSourceSignal) { self.source = source }

        func cancel() { source.cancel() }
    }
}
