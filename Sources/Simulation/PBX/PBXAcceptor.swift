import Basics
import Glibc

/// Accepts connections on its own thread; closes the port and opens it again when the PBX restarts.
final class PBXAcceptor: Sendable {
    /// The pause before a port that is in use is tried again.
    private static let retryPause = Duration.milliseconds(50)

    private let exchange: PBXExchange
    /// The actual port, which stays the same over restarts.
    let port: UInt16
    /// The listener of the first run; `run` takes the only reference, so that the port is closed when it ends.
    private let first: Lock<Listener?>

    /// Starts listening; blocks while the host is resolved.
    init(_ exchange: PBXExchange) throws(NetworkError) {
        let configuration = exchange.configuration
        let listener = try Listener(host: configuration.host, port: configuration.port)
        self.exchange = exchange
        port = listener.port
        first = Lock(listener)
    }

    /// Serves until the PBX is stopped.
    func run() {
        if let listener = first.withLock({ $0.take() }) { serve(listener) }
        while case .down(let away) = exchange.phase {
            sleep(away)
            guard let listener = listenAgain() else { return }
            exchange.comeUp()
            serve(listener)
        }
    }

    private func serve(_ listener: Listener) {
        while exchange.phase == .up {
            do throws(NetworkError) {
                if let socket = try listener.accept(wakeup: exchange.acceptor) { begin(socket) }
            } catch {
                _ = Poll.wait(for: .read, on: exchange.acceptor.descriptor, timeout: Self.retryPause)
            }
        }
    }

    private func begin(_ socket: Socket) {
        if let size = exchange.configuration.sendBufferSize { socket.setOption(SOL_SOCKET, SO_SNDBUF, size) }
        guard let mailbox = try? PBXMailbox() else { return }
        let handover = Handover(socket: socket)
        let exchange = exchange
        exchange.connect(mailbox)
        do throws(SystemError) {
            try exchange.detach("pbx-session") { PBXSession(handover.socket, mailbox, exchange).run() }
        } catch {
            exchange.disconnect(mailbox)
        }
    }

    private func listenAgain() -> Listener? {
        while case .down = exchange.phase {
            if let listener = try? Listener(host: exchange.configuration.host, port: port) { return listener }
            sleep(Self.retryPause)
        }
        return nil
    }

    /// Waits until the time is over or the PBX is stopped.
    private func sleep(_ duration: Duration) {
        let deadline = ContinuousClock.now + duration
        while case .down = exchange.phase, deadline > .now {
            _ = Poll.wait(for: .read, on: exchange.acceptor.descriptor, timeout: deadline - .now)
            exchange.acceptor.drain()
        }
    }

    /// A socket that is passed from the accepting thread to the serving one.
    ///
    /// `@unchecked Sendable`: the first thread gives up the socket before the second starts.
    private struct Handover: @unchecked Sendable {
        let socket: Socket
    }
}
