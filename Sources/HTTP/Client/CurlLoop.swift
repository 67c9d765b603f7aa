import Basics
import CCurl

/// The thread that drives libcurl: everybody else leaves a command and wakes it.
///
/// `@unchecked Sendable`: of `multi` other threads use `curl_multi_wakeup` alone, which libcurl allows, and only with
/// the lock of `mailbox` held while the loop is open.
@safe
final class CurlLoop: @unchecked Sendable {
    private enum Command {
        case start(Transfer)
        case cancel(Transfer)
    }

    /// What waits for the thread: at most a start and a cancellation for each task that waits.
    private struct Mailbox {
        var commands: [Command] = []
        var isClosed = false
    }

    private let multi: UnsafeMutableRawPointer
    private let mailbox = Lock(Mailbox())

    /// Whether libcurl could be made ready, which is done once in a process.
    ///
    /// With `CURLOPT_NOSIGNAL` libcurl leaves SIGPIPE to us.
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
            try Thread.detach("http") { [self] in run(configuration) }
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

    /// Tells the thread to cancel everything and to end.
    func stop() {
        mailbox.withLock { mailbox in
            guard !mailbox.isClosed else { return }
            mailbox.isClosed = true
            unsafe curl_multi_wakeup(multi)
        }
    }

    /// Leaves a command; false when the loop is closed.
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
