import Basics

/// One connection to the simulated PBX, on its own thread: as in Asterisk, answers and events are sent one after
/// another, never mixed.
final class PBXSession {
    /// Why a session ended.
    enum Ending: Error {
        case closed
        case cut
        /// A frame was not accepted within the write timeout.
        case slowReader
    }

    private let socket: Socket
    private let mailbox: PBXMailbox
    private let exchange: PBXExchange
    private let configuration: PBXConfiguration
    private var dialogue: PBXDialogue
    private var reader = PBXActionReader()
    private var input = [UInt8](repeating: 0, count: 4096)
    private var sender: PBXSender
    private let loginDeadline: ContinuousClock.Instant

    /// The batch that is being sent.
    private var current: Transmission?
    /// An answer to a login that waits for events, and its deadline.
    private var heldAnswer: (bytes: [UInt8], until: ContinuousClock.Instant)?
    private var stalledUntil: ContinuousClock.Instant?
    private var isSilent = false
    private var blankLinesToLose = 0

    init(_ socket: Socket, _ mailbox: PBXMailbox, _ exchange: PBXExchange) {
        self.socket = socket
        self.mailbox = mailbox
        self.exchange = exchange
        configuration = exchange.configuration
        dialogue = PBXDialogue(
            users: configuration.users,
            dialect: configuration.dialect,
            challenge: Int.random(in: 100_000_000...999_999_999)
        )
        sender = PBXSender(socket, mailbox, exchange)
        loginDeadline = .now + configuration.loginTimeout
    }

    /// Serves the connection until it ends.
    func run() {
        do throws(Ending) {
            try obey()
            try waitOutStall()
            if !isSilent { try send(PBXDialogue.greeting) }
            while true { try step() }
        } catch {
            finish(error)
        }
    }

    private func step() throws(Ending) {
        try obey()
        try waitOutStall()
        try receive()
        guard !isSilent else { return wait(nil) }
        if current == nil, let batch = mailbox.nextBatch() {
            var form = form
            current = Transmission(batch, mask: dialogue.mask, behind: heldAnswer?.bytes ?? [], &form)
            blankLinesToLose = form.blankLinesToLose
            heldAnswer = nil
        }
        if current != nil { return try sendWindow() }
        if let held = heldAnswer {
            guard held.until <= .now else { return wait(held.until) }
            heldAnswer = nil
            return try send(held.bytes)
        }
        guard dialogue.user == nil else { return wait(nil) }
        guard loginDeadline > .now else { throw .closed }
        wait(loginDeadline)
    }

    /// Sleeps until the client sends something, the mailbox has something, or the deadline passes.
    private func wait(_ deadline: ContinuousClock.Instant?) {
        _ = Poll.wait(for: .read, on: socket.descriptor, wakeup: mailbox.wakeup, timeout: deadline.map { $0 - .now })
    }

    private func waitOutStall() throws(Ending) {
        while let until = stalledUntil {
            guard until > .now else {
                stalledUntil = nil
                return
            }
            _ = Poll.wait(for: .read, on: mailbox.wakeup.descriptor, timeout: until - .now)
            mailbox.wakeup.drain()
            try obey()
        }
    }

    /// Carries out the orders of other threads.
    private func obey() throws(Ending) {
        for order in mailbox.takeOrders() {
            switch order {
            case .stop: throw .closed
            case .shutdown:
                if dialogue.mask.contains(.system) { try send(shutdownEvent) }
                throw .closed
            case .fault(let fault): try misbehave(fault)
            }
        }
    }

    private func misbehave(_ fault: PBXFault) throws(Ending) {
        switch fault {
        case .cut(let bytes):
            guard bytes > 0 else { throw .cut }
            sender.bytesUntilCut = bytes
        case .cutInFrame(let frames): sender.framesUntilCut = frames
        case .stall(let duration): stalledUntil = .now + duration
        case .loseBlankLine(let events): blankLinesToLose = events
        case .silence:
            isSilent = true
            surrender(mailbox.fallSilent())
        case .none:
            sender.bytesUntilCut = nil
            sender.framesUntilCut = nil
            stalledUntil = nil
            blankLinesToLose = 0
        case .refuseLogins, .refuseChallenge, .lineFeedsOnly, .restart, .action: break
        }
    }

    private var form: Transmission.Form {
        Transmission.Form(lineFeedsOnly: exchange.switches.lineFeedsOnly, blankLinesToLose: blankLinesToLose)
    }

    private var shutdownEvent: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendHeader("Event", "Shutdown")
        bytes.appendHeader("Privilege", "system,all")
        if configuration.dialect.timestampsEvents { bytes.appendHeader("Timestamp", epoch: .now()) }
        if let name = configuration.dialect.systemName { bytes.appendHeader("SystemName", name) }
        bytes.appendHeader("Shutdown", "Cleanly")
        bytes.appendHeader("Restart", "True")
        bytes.appendLineEnd()
        return bytes
    }
}

// MARK: - Listening and answering

extension PBXSession {
    /// Answers everything that the client has sent so far.
    private func receive() throws(Ending) {
        do throws(NetworkError) {
            while let count = try socket.read(into: &input) { reader.append(input[..<count]) }
        } catch {
            try? answerAll()
            throw .closed
        }
        try answerAll()
    }

    private func answerAll() throws(Ending) {
        while let item = reader.next() {
            switch item {
            case .tooLong: if !isSilent { try send(PBXDialogue.error(PBXDialogue.lineTooLong)) }
            case .tooMany: if !isSilent { try send(PBXDialogue.error(PBXDialogue.tooManyLines)) }
            case .action(let action): try answer(action)
            }
        }
    }

    private func answer(_ action: PBXAction) throws(Ending) {
        let isOurs = action["action"].lowercased() == "simulate"
        guard !isSilent || isOurs else { return }
        if let user = dialogue.user, let reply = exchange.answerLive(action, write: user.write) {
            if reply.delay > .zero {
                stalledUntil = .now + reply.delay
                try waitOutStall()
            }
            return try send(reply.bytes)
        }
        let (bytes, consequence) = dialogue.answer(action, exchange.surroundings(statistics: isOurs))
        switch consequence {
        case .stay:
            mailbox.setMask(dialogue.mask)
            try send(bytes)
        case .loggedIn:
            guard let user = dialogue.user else { return }
            mailbox.logIn(user.name, mask: dialogue.mask)
            exchange.count { $0.logins += 1 }
            if configuration.coalescesLogin {
                heldAnswer = (bytes, .now + configuration.coalescingTime)
            } else {
                try send(bytes)
            }
        case .refuse:
            exchange.count { $0.refusedLogins += 1 }
            stalledUntil = .now + configuration.loginFailureDelay
            try waitOutStall()
            try send(bytes)
            throw .closed
        case .close:
            try send(bytes)
            throw .closed
        case .fault(let fault):
            exchange.inject(fault)
            try send(bytes)
        }
    }
}

// MARK: - Sending

extension PBXSession {
    private func send(_ answer: [UInt8]) throws(Ending) {
        if let held = heldAnswer {
            heldAnswer = nil
            try send(held.bytes)
        }
        var transmission = Transmission(answer: answer, form)
        try sender.send(&transmission, upTo: transmission.bytes.count)
    }

    /// Sends the frames that fit in one call of `send()`.
    private func sendWindow() throws(Ending) {
        guard var transmission = current else { return }
        do throws(Ending) {
            try sender.sendWindow(of: &transmission)
        } catch {
            current = transmission
            throw error
        }
        current = transmission.isFinished ? nil : transmission
        if transmission.isFinished { settle(transmission) }
    }

    /// Accounts for the sent part of a batch.
    private func settle(_ transmission: Transmission) {
        guard let (batch, delivery, sent) = transmission.delivery else { return }
        exchange.count { statistics in
            for kind in PBXFrameKind.allCases { statistics.sent[kind] += sent[kind] }
        }
        exchange.resolve(batch, delivery)
    }

    /// Accounts for batches of which nothing was sent.
    private func surrender(_ batches: [FrameBatch]) {
        if let current {
            settle(current)
            self.current = nil
        }
        for batch in batches { exchange.resolve(batch, .nothing(dialogue.mask)) }
    }

    private func finish(_ ending: Ending) {
        // Disconnects first: once the end is counted, the session must no longer be listed.
        exchange.disconnect(mailbox)
        exchange.count { statistics in
            switch ending {
            case .closed: break
            case .cut: statistics.cuts += 1
            case .slowReader: statistics.slowReaders += 1
            }
        }
        surrender(mailbox.close())
        discardInput()
    }

    /// Reads and discards the remaining input: closing a socket with unread bytes sends a reset, which destroys bytes
    /// that the client has not read yet.
    private func discardInput() {
        for _ in 0..<256 {
            guard let count = try? socket.read(into: &input), count > 0 else { return }
        }
    }
}
