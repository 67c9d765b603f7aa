import Basics

/// Writes bytes to a session's socket with Asterisk's timeout: a frame that the kernel does not accept completely
/// within the write timeout ends the session (iostream.c, `ast_iostream_write`).
struct PBXSender {
    private let socket: Socket
    private let mailbox: PBXMailbox
    private let exchange: PBXExchange

    /// Bytes until a pending fault cuts the connection; `framesUntilCut` counts frames.
    var bytesUntilCut: Int?
    var framesUntilCut: Int?

    init(_ socket: Socket, _ mailbox: PBXMailbox, _ exchange: PBXExchange) {
        self.socket = socket
        self.mailbox = mailbox
        self.exchange = exchange
    }

    /// Sends the next frames, as many as fit in one `send()`.
    mutating func sendWindow(of transmission: inout Transmission) throws(PBXSession.Ending) {
        let window = transmission.window
        if let frames = framesUntilCut {
            if frames < window.frames.count {
                framesUntilCut = nil
                bytesUntilCut = transmission.middle(of: window.frames.lowerBound + frames) - transmission.position
            } else {
                framesUntilCut = frames - window.frames.count
            }
        }
        try send(&transmission, upTo: window.end)
    }

    /// Sends all bytes up to `end`, waiting for room no longer than Asterisk would.
    mutating func send(_ transmission: inout Transmission, upTo end: Int) throws(PBXSession.Ending) {
        var blockedSince: ContinuousClock.Instant?
        var stall: (frame: Int, deadline: ContinuousClock.Instant)?
        while transmission.position < end {
            let rest = transmission.bytes[transmission.position..<end]
            if let count = try write(rest.prefix(bytesUntilCut ?? rest.count)) {
                transmission.advance(by: count)
                note(count, blockedSince: blockedSince)
                blockedSince = nil
                try passCut(count)
                continue
            }
            let now = ContinuousClock.now
            let deadline = now + exchange.configuration.writeTimeout
            blockedSince = blockedSince ?? now
            if stall?.frame != transmission.frame { stall = (transmission.frame, deadline) }
            let outcome = Poll.wait(
                for: .write,
                on: socket.descriptor,
                wakeup: mailbox.wakeup,
                timeout: (stall?.deadline ?? deadline) - now
            )
            if outcome == .timedOut {
                note(0, blockedSince: blockedSince)
                throw .slowReader
            }
            if mailbox.mustEnd { throw .closed }
        }
    }

    private func write(_ bytes: Bytes) throws(PBXSession.Ending) -> Int? {
        do throws(NetworkError) { return try socket.write(bytes) } catch { throw .closed }
    }

    private func note(_ count: Int, blockedSince: ContinuousClock.Instant?) {
        let waited = blockedSince.map { ContinuousClock.now - $0 }
        exchange.count { statistics in
            statistics.sends += 1
            statistics.bytesSent += count
            if let waited { statistics.addBlock(waited) }
        }
    }

    private mutating func passCut(_ count: Int) throws(PBXSession.Ending) {
        guard let rest = bytesUntilCut else { return }
        bytesUntilCut = rest > count ? rest - count : nil
        if rest <= count { throw .cut }
    }
}
