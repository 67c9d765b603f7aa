import Basics
import CCurl

/// The thread that drives libcurl: other threads post a command and wake it.
///
/// `@unchecked Sendable`: other threads call only `curl_multi_wakeup` on `multi`, which libcurl allows, and only with
/// the lock of `mailbox` held while the loop is open.
@safe
final class CurlLoop: @unchecked Sendable {
    private enum Command {
        case start(Transfer)
        case cancel(Transfer)
    }

    /// The commands that wait for the thread: at most a start and a cancellation for each waiting task.
    private struct Mailbox {
        var commands: [Command] = []
        var isClosed = false
    }

    private let multi: UnsafeMutableRawPointer
    private let mailbox = Lock(Mailbox())
    private let hasEnded = Lock(false)
    private let end = WakeSignal()

    /// Whether libcurl could be initialized, which happens once in a process.
    ///
    /// With `CURLOPT_NOSIGNAL` libcurl leaves SIGPIPE to this program.
    private static let isReady: Bool = {
        Signals.ignoreBrokenPipes()
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()

    init(_ configuration: HTTPClient.Configuration) throws(HTTPError) {
        guard Self.isReady, let multi = unsafe curl_multi_init() else {
            throw .other("libcurl cannot be made ready")
        }
        unsafe self.multi = multi
        do throws(SystemError) {
            try Thread.detach("http") { [self] in
                run(configuration)
                Thread.releaseLibraryState()
                hasEnded.withLock { $0 = true }
                end.ring()
            }
        } catch {
            unsafe curl_multi_cleanup(multi)
            throw .other("\(error)")
        }
    }

    func start(_ transfer: Transfer) {
        if !post(.start(transfer)) { transfer.finish(.failure(.cancelled)) }
    }

    func cancel(_ transfer: Transfer) {
        transfer.markCancelled()
        _ = post(.cancel(transfer))
    }

    /// Makes the thread cancel everything and end; does not wait for that.
    func stop() {
        mailbox.withLock { mailbox in
            guard !mailbox.isClosed else { return }
            mailbox.isClosed = true
            unsafe curl_multi_wakeup(multi)
        }
    }

    /// Waits until the thread has ended, until `deadline` at most; for one task, after `stop`.
    ///
    /// - Returns: whether it has ended.
    func waitForEnd(until deadline: ContinuousClock.Instant) async -> Bool {
        while !hasEnded.withLock({ $0 }) {
            guard deadline > .now else { return false }
            await end.wait(until: deadline, isCancellable: false)
        }
        return true
    }

    /// Posts a command; false when the loop is closed.
    private func post(_ command: Command) -> Bool {
        mailbox.withLock { mailbox in
            guard !mailbox.isClosed else { return false }
            mailbox.commands.append(command)
            unsafe curl_multi_wakeup(multi)
            return true
        }
    }

    private func run(_ configuration: HTTPClient.Configuration) {
        let transfers = unsafe CurlTransfers(multi, configuration)
        var isOpen = true
        while isOpen {
            let mail = mailbox.withLock { mailbox in
                let mail = mailbox
                mailbox.commands = []
                return mail
            }
            for command in mail.commands {
                switch command {
                case .start(let transfer): transfers.start(transfer)
                case .cancel(let transfer): transfers.cancel(transfer)
                }
            }
            isOpen = !mail.isClosed
            if isOpen { transfers.performAndWait() }
        }
        transfers.cancelAll()
        unsafe curl_multi_cleanup(multi)
    }
}
