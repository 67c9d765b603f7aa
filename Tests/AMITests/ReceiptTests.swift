import AMI
import Basics
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ReceiptTests {
    private static let start = ContinuousClock.now

    private func isPrompt(_ rules: ReceiptRules, after delay: Duration) -> Bool {
        rules.receipt(at: Timestamp(seconds: 0), Self.start + delay).isPrompt
    }

    @Test func `nothing is prompt before the socket was read empty once`() {
        #expect(!isPrompt(ReceiptRules(), after: .zero))
    }

    @Test func `what is read soon after the socket was empty is prompt, over the longest regular wait`() {
        var rules = ReceiptRules()
        rules.foundEmpty(at: Self.start)
        let timing = ConnectionState.Timing()
        #expect(Receipt.promptness > timing.quiet + timing.pong)
        for delay in [.zero, .milliseconds(20), timing.quiet + timing.pong] {
            #expect(isPrompt(rules, after: delay))
        }
    }

    @Test(arguments: [21, 120, 8 * 3600])
    func `after a stall or a suspension nothing is prompt until the socket was read empty`(seconds: Int) {
        var rules = ReceiptRules()
        rules.foundEmpty(at: Self.start)
        #expect(!isPrompt(rules, after: .seconds(seconds)))
        #expect(!isPrompt(rules, after: .seconds(seconds + 1)))
        rules.foundEmpty(at: Self.start + .seconds(seconds + 1))
        #expect(isPrompt(rules, after: .seconds(seconds + 2)))
    }

    @Test func `events of a live connection carry a prompt receipt`() async throws {
        let manager = try ScriptedManager { peer in
            try peer.acceptLogin()
            try peer.send("Event: CEL\r\nN: 1\r\n\r\n")
            try peer.idle()
        }
        let configuration = AMIClient.Configuration(
            host: "127.0.0.1",
            port: manager.port,
            credentials: .init(username: "manager", password: Secret("s3cret"))
        )
        let client = AMIClient(configuration, log: Logger("test", sink: LogSink { _ in }))
        let ring = client.subscribe(events: ["CEL"])
        let running = Task { try await client.run() }
        var receipt: Receipt?
        for await delivery in ring {
            if case .events(let batch) = delivery { receipt = batch.receipt }
            running.cancel()
        }
        _ = await running.result
        #expect(receipt?.isPrompt == true)
        #expect(receipt?.instant != nil)
    }
}
