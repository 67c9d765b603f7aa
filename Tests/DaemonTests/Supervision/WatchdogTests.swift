import Basics
import Daemon
import TestSupport
import Testing

struct WatchdogTests {
    /// A part that does what a test says.
    private final class Part: Sendable {
        let turns = Counter()
        let prompts = Counter()
        let isExcused = Lock(false)

        func watched(_ name: String) -> WatchedPart {
            WatchedPart {
                ProgressCheck.Sign(name, turns: self.turns.value, isExcused: self.isExcused.withLock { $0 })
            } prompt: {
                self.prompts.add()
            }
        }
    }

    private let spool = Part()
    private let shipper = Part()
    private let fed = Counter()
    private let logged = LogLines()
    private let begin = SuspendingClock.now

    private func watchdog(interval: Duration = .seconds(60)) -> Watchdog {
        let fed = fed
        return Watchdog(
            interval: interval,
            parts: [spool.watched("spool"), shipper.watched("shipper")],
            log: Logger("watchdog", sink: logged.sink)
        ) { fed.add() }
    }

    @Test func `a stalled part is named once, and nothing is reported until it continues`() {
        let watchdog = watchdog()
        for turn in 0..<4 {
            spool.turns.add()
            watchdog.check(at: begin + .seconds(15 * turn))
        }
        // The shipper took no turn since the first check, 30 s ago at the third.
        #expect(fed.value == 2)
        let written = logged.lines
        #expect(written.count == 1)
        #expect(written[0].contains("ERROR watchdog: component stalled"))
        #expect(written[0].hasSuffix("parts=shipper for=30s"))
        shipper.turns.add()
        watchdog.check(at: begin + .seconds(60))
        #expect(fed.value == 3 && logged.lines.last?.contains("components recovered parts=shipper") == true)
    }

    @Test func `a part is named also when the one that waits for it was named before`() {
        let watchdog = watchdog()
        for turn in 0..<4 {
            if turn == 1 { spool.turns.add() }
            watchdog.check(at: begin + .seconds(15 * turn))
        }
        #expect(
            logged.lines.map { $0.split(separator: " ").suffix(2).joined(separator: " ") }
                == ["parts=shipper for=30s", "parts=spool,shipper for=30s"]
        )
    }

    @Test func `parts that wait for something outside cost nothing`() {
        let watchdog = watchdog()
        for part in [spool, shipper] { part.isExcused.withLock { $0 = true } }
        for turn in 0..<240 { watchdog.check(at: begin + .seconds(15 * turn)) }
        #expect(fed.value == 240 && logged.lines.isEmpty)
    }

    @Test func `each check gives each part a reason to take a turn`() {
        let watchdog = watchdog()
        for turn in 0..<3 { watchdog.check(at: begin + .seconds(15 * turn)) }
        #expect(spool.prompts.value == 3 && shipper.prompts.value == 3)
    }

    @Test func `it goes on until it is stopped, and stops at once`() async throws {
        let often = Task { [watchdog = watchdog(interval: .milliseconds(20))] in try await watchdog.run() }
        let seldom = Task { [watchdog = watchdog(interval: .seconds(100_000))] in try await watchdog.run() }
        try await eventually("it looks again and again") { spool.prompts.value > 5 }
        for watching in [often, seldom] {
            watching.cancel()
            await #expect(throws: CancellationError.self) { try await watching.value }
        }
    }
}
