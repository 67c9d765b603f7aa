import AMI
import Connector
import Delivery
import Spool
import Testing

struct StatusLineTests {
    private func line(
        online: Bool = true,
        paused: Bool = false,
        _ change: (inout SpoolFigures) -> Void = { _ in }
    ) -> String {
        var spool = SpoolFigures()
        change(&spool)
        var delivery = DeliveryReport()
        if paused { delivery.reason = .transient }
        return StatusReport(
            hostname: "pbx",
            uptime: .seconds(61),
            ami: AMIClient.Status(isOnline: online, greeting: "", lastError: nil),
            spool: spool,
            ringBytes: 0,
            delivery: delivery
        ).line
    }

    @Test func `it is short when all is well`() {
        #expect(line() == "logged in to Asterisk, 0 records wait")
    }

    @Test func `it says what is not well`() {
        let troubled = line(online: false, paused: true) { spool in
            spool.counts[.cdr] = RecordCounts(received: 1, waiting: 1)
            spool.deadLetters = 3
            spool.level = .nothing
        }
        #expect(
            troubled
                == "not logged in to Asterisk, 1 record waits, dead letters: 3, delivery paused, spool full"
        )
        #expect(line { $0.level = .cdrsOnly } == "logged in to Asterisk, 0 records wait, spool nearly full")
        let failing = line { spool in
            spool.level = .nothing
            spool.lastError = .full(path: "/x", cause: .disk)
        }
        #expect(failing == "logged in to Asterisk, 0 records wait, spool failed")
    }
}
