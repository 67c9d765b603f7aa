import Basics

/// The shared state of the threads of a simulated PBX: connections, faults, statistics.
final class PBXExchange: Sendable {
    /// Faults that stay active until they are ended.
    struct Switches: Sendable {
        var isSilent = false
        var refusesLogins = false
        var refusesChallenge = false
        var lineFeedsOnly = false
    }

    /// The state of the PBX between start and stop.
    enum Phase: Sendable, Equatable {
        case up
        /// Shut down; returns after this time.
        case down(Duration)
        case stopped
    }

    private struct State {
        /// Replaced and never changed in place, because other threads read copies that share its storage.
        var mailboxes: [PBXMailbox] = []
        var switches = Switches()
        /// Faults for the next connection.
        var pending: [PBXFault] = []
        var statistics = PBXStatistics()
        var phase = Phase.up
        var started = Timestamp.now()
        /// The number of restarts, for the player.
        var run = 0
        var threads = 0
        var unresolvedBytes = 0
        /// The number of generated CDRs and CELs, which gives each its number.
        var records = 0
    }

    let configuration: PBXConfiguration
    let log: EmissionLog
    /// Signalled when the player may continue: there is room, a restart, or the end.
    let progress: EventFD
    /// Signalled when the acceptor must check the phase.
    let acceptor: EventFD
    /// The PBX with state, if it has one.
    ///
    /// Its lock is never taken while `state` is locked.
    let live: Lock<LiveExchange?>
    private let state = Lock(State())

    init(_ configuration: PBXConfiguration) throws(PBXError) {
        self.configuration = configuration
        live = Lock(
            configuration.live.map {
                LiveExchange($0, dialect: configuration.dialect, seed: configuration.seed, at: .now())
            }
        )
        do throws(SystemError) {
            progress = try EventFD()
            acceptor = try EventFD()
        } catch {
            throw .system(error)
        }
        do throws(SystemError) { log = try EmissionLog(path: configuration.emissionLogPath) } catch {
            throw .cannotLog(error)
        }
        for fault in configuration.faults { inject(fault) }
    }

    var phase: Phase { state.withLock { $0.phase } }
    var run: Int { state.withLock { $0.run } }
    var switches: Switches { state.withLock { $0.switches } }
    var statistics: PBXStatistics { state.withLock { $0.statistics } }
    var unresolvedBytes: Int { state.withLock { $0.unresolvedBytes } }
    var threads: Int { state.withLock { $0.threads } }

    /// How many sessions are logged in.
    var sessions: Int { state.withLock { state in state.mailboxes.count { $0.user != nil } } }

    /// Changes the statistics.
    func count(_ change: (inout PBXStatistics) -> Void) { state.withLock { change(&$0.statistics) } }

    /// Starts a thread that `stop` waits for.
    func detach(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        state.withLock { $0.threads += 1 }
        do throws(SystemError) {
            try Thread.detach(name) { [self] in
                body()
                state.withLock { $0.threads -= 1 }
            }
        } catch {
            state.withLock { $0.threads -= 1 }
            throw error
        }
    }

    /// Registers a connection; it gets the faults that wait for the next one.
    func connect(_ mailbox: PBXMailbox) {
        state.withLock { state in
            state.statistics.connections += 1
            for fault in state.pending { mailbox.give(.fault(fault)) }
            state.pending = []
            if state.switches.isSilent { mailbox.give(.fault(.silence)) }
            if state.phase != .up { mailbox.give(.stop) }
            state.mailboxes = state.mailboxes + [mailbox]
        }
    }

    func disconnect(_ mailbox: PBXMailbox) {
        state.withLock { state in state.mailboxes = state.mailboxes.filter { $0 !== mailbox } }
    }

    func surroundings(statistics: Bool) -> PBXDialogue.Surroundings {
        let channels = live.withLock { $0?.channelCount ?? 0 }
        return state.withLock { state in
            var around = PBXDialogue.Surroundings()
            around.channels = channels
            around.refusesLogins = state.switches.refusesLogins
            around.refusesChallenge = state.switches.refusesChallenge
            around.usersPresent = Set(state.mailboxes.compactMap(\.user))
            around.started = state.started
            if statistics { around.statistics = state.statistics.json }
            return around
        }
    }
}

// MARK: - Events

extension PBXExchange {
    /// Passes events to all sessions.
    ///
    /// The sessions that are logged in at this moment are entitled to them.
    func publish(_ frames: FrameSequence) {
        let (mailboxes, firstNumber) = state.withLock { state in
            for frame in frames.frames { state.statistics.generated[frame.kind] += 1 }
            state.unresolvedBytes += frames.bytes.count
            let firstNumber = state.records
            state.records += frames.frames.count { $0.kind.isRecord }
            return (state.mailboxes, firstNumber)
        }
        let batch = FrameBatch(frames, firstNumber: firstNumber, outstanding: mailboxes.count + 1)
        for mailbox in mailboxes {
            if case .refused(let mask) = mailbox.offer(batch) { resolve(batch, .nothing(mask)) }
        }
        resolve(batch, .nothing([]))
    }

    /// Records the result of a session for a batch; the last one causes its log entries.
    func resolve(_ batch: FrameBatch, _ delivery: FrameBatch.Delivery) {
        guard let fates = batch.resolve(delivery) else { return }
        log.enter(batch.frames, fates, from: batch.firstNumber)
        state.withLock { $0.unresolvedBytes -= batch.frames.bytes.count }
        progress.signal()
    }
}

// MARK: - Faults and phases

extension PBXExchange {
    func inject(_ fault: PBXFault) {
        if case .action(let fault) = fault { live.withLock { $0?.inject(fault) } }
        let needsAcceptor = state.withLock { state in
            switch fault {
            case .cut, .cutInFrame, .stall, .loseBlankLine:
                let streaming = state.mailboxes.filter(\.isStreaming)
                // A connection that is logging in counts as the next one.
                let targets = streaming.isEmpty ? state.mailboxes.filter(\.isLoggingIn) : streaming
                for mailbox in targets { mailbox.give(.fault(fault)) }
                if targets.isEmpty { state.pending.append(fault) }
            case .silence:
                state.switches.isSilent = true
                for mailbox in state.mailboxes { mailbox.give(.fault(fault)) }
            case .refuseLogins: state.switches.refusesLogins = true
            case .refuseChallenge: state.switches.refusesChallenge = true
            case .lineFeedsOnly: state.switches.lineFeedsOnly = true
            case .action: break
            case .restart(let away):
                guard state.phase == .up else { return false }
                state.phase = .down(away)
                for mailbox in state.mailboxes { mailbox.give(.shutdown) }
                return true
            case .none:
                state.switches = Switches()
                state.pending = []
                for mailbox in state.mailboxes { mailbox.give(.fault(fault)) }
            }
            return false
        }
        if needsAcceptor { acceptor.signal() }
    }

    /// Called when the restarted PBX listens again.
    func comeUp() {
        live.withLock { $0?.restart(at: .now()) }
        state.withLock { state in
            guard state.phase != .stopped else { return }
            state.phase = .up
            state.started = .now()
            state.run += 1
            state.statistics.restarts += 1
        }
        progress.signal()
    }

    func stop() {
        state.withLock { state in
            state.phase = .stopped
            for mailbox in state.mailboxes { mailbox.give(.stop) }
        }
        acceptor.signal()
        progress.signal()
    }
}
