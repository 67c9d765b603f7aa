import AMI
import Basics
import Glibc
import Simulation
import TestSupport
import Testing

/// The built connector against a real Asterisk: what Asterisk wrote down itself must be found at the receiver.
///
/// Needs root and `scripts/asterisk-lab install`; `scripts/test --asterisk` does all of it.
@Suite(.serialized, .enabled(if: environmentVariable("ASTERISK_LAB") == "1", "set ASTERISK_LAB=1; see docs/testing.md"))
struct AsteriskTests {
    /// Waits until nothing more comes: Asterisk is idle, its books do not grow, and as much has been received.
    func settle(_ lab: AsteriskLab, _ calls: AsteriskCalls, _ receiver: AsteriskReceiver) async throws
        -> AsteriskBooks
    {
        try await calls.untilIdle()
        var totals = try await lab.totals()
        let counts = { "\(totals.count) written by Asterisk, \(receiver.count) received" }
        try await eventually("everything is received; \(counts())") {
            let before = totals
            totals = try await lab.totals()
            return totals == before && receiver.count == totals.count
        }
        return totals
    }

    private func expectEqual(
        _ totals: AsteriskBooks,
        _ receiver: AsteriskReceiver,
        ignoring ignored: Set<String> = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let cdrs = try receiver.records(.cdr)
        #expect(totals.compare(cdrs: cdrs, ignoring: ignored) == .equal, sourceLocation: sourceLocation)
        #expect(try totals.compare(cels: receiver.records(.cel)) == .equal, sourceLocation: sourceLocation)
        #expect(receiver.api.statistics.violations == 0, sourceLocation: sourceLocation)
    }

    @Test func `every record of calls of every kind arrives, equal in every field`() async throws {
        try await AsteriskLab.run { lab in
            let receiver = try AsteriskReceiver()
            let connector = try await AsteriskConnector(lab, receiver).startOnline()
            try await lab.login(as: "driver") { driver in
                let calls = AsteriskCalls(client: driver)
                for _ in 0..<3 { try await calls.make(AsteriskCalls.everyKind) }
                let totals = try await settle(lab, calls, receiver)
                #expect(totals.cdrs.count > 3 * AsteriskCalls.everyKind.count)
                try expectEqual(totals, receiver)
                try expectEveryKind(receiver)
            }
            connector.terminate()
            #expect(try await connector.exitStatus() == .exited(0))
        }
    }

    /// That the calls were what they should be, and that mapped times have their microseconds.
    private func expectEveryKind(_ receiver: AsteriskReceiver) throws {
        let cdrs = try receiver.records(.cdr)
        let dispositions = Set(cdrs.compactMap { $0["disposition"]?.string })
        #expect(dispositions.isSuperset(of: ["ANSWERED", "NO ANSWER", "BUSY", "CONGESTION"]))
        let applications = Set(cdrs.compactMap { $0["lastapp"]?.string })
        #expect(applications.isSuperset(of: ["Dial", "Queue", "Park", "ConfBridge"]))
        #expect(cdrs.contains { $0["userfield"]?.string == #"a, "quoted" value; and 'more' = 100% \\ end"# })
        #expect(cdrs.contains { $0["src_name"]?.string == "李小龍" })
        let fractions = cdrs.filter { $0["started_at"]?.string?.contains(".") == true }
        #expect(fractions.count > cdrs.count * 9 / 10)
        let events = Set(try receiver.records(.cel).compactMap { $0["eventtype"]?.string })
        #expect(
            events.isSuperset(of: [
                "BLINDTRANSFER", "ATTENDEDTRANSFER", "PARK_START", "PARK_END", "APP_START", "BRIDGE_ENTER",
                "LINKEDID_END", "LAB_EVENT",
            ])
        )
    }

    @Test func `without mappings and Timestamp headers the times are right in a zone of its own`() async throws {
        try await AsteriskLab.run(.plain, zone: "Asia/Kathmandu") { lab in
            let receiver = try AsteriskReceiver()
            let connector = try await AsteriskConnector(lab, receiver).startOnline()
            try await lab.login(as: "driver") { driver in
                let calls = AsteriskCalls(client: driver)
                try await calls.make(AsteriskCalls.everyKind)
                let totals = try await settle(lab, calls, receiver)
                #expect(totals.offset == 20_700)
                try expectEqual(totals, receiver, ignoring: ["linkedid", "sequence", "peeraccount"])
            }
            try await connector.line(containing: "CDRs without LinkedID, Sequence or StartEpoch")
        }
    }

    @Test func `over TLS the lab's authority is trusted and no other`() async throws {
        try await AsteriskLab.run { lab in
            let receiver = try AsteriskReceiver()
            var settings = [
                "AMI_PORT": "\(lab.tlsPort)", "AMI_TLS": "true", "AMI_TLS_CA_FILE": lab.authorityFile,
            ]
            let connector = try await AsteriskConnector(lab, receiver, settings).startOnline()
            try await lab.login(as: "driver") { driver in
                let calls = AsteriskCalls(client: driver)
                try await calls.make(AsteriskCalls.everyKind)
                try expectEqual(try await settle(lab, calls, receiver), receiver)
            }
            connector.terminate()
            #expect(try await connector.exitStatus() == .exited(0))

            settings["AMI_TLS_CA_FILE"] = "\(Fixture.testsDirectory)/Fixtures/tls/unrelated-authority.pem"
            let check = try await AsteriskConnector(lab, receiver, settings).check()
            #expect(check.status == .exited(1))
            #expect(check.text.contains("the certificate is not accepted"), "\(check.text)")
        }
    }

    @Test func `a refused login says why it may be, in the log and in the check`() async throws {
        try await AsteriskLab.run { lab in
            let receiver = try AsteriskReceiver()
            try await lab.login(as: "single") { _ in
                let refused = [
                    (try AsteriskConnector(lab, receiver, ["AMI_PASSWORD": "wrong"]), "Authentication failed"),
                    (try AsteriskConnector(lab, receiver, user: "blocked"), "Authentication failed"),
                    (try AsteriskConnector(lab, receiver, user: "single"), "Login Already In Use"),
                ]
                for (connector, reason) in refused {
                    let check = try await connector.check()
                    #expect(check.status == .exited(1))
                    #expect(check.text.contains(reason) && check.text.contains("manager show user"), "\(check.text)")
                    let process = try connector.start()
                    let line = try await process.line(containing: "login refused")
                    #expect(line.contains(reason) && !line.contains("wrong"), "\(line)")
                    process.terminate()
                    #expect(try await process.exitStatus() == .exited(0))
                }
            }
        }
    }

    @Test func `the check passes with the recommended user and warns of one who may do more`() async throws {
        try await AsteriskLab.run { lab in
            let receiver = try AsteriskReceiver()
            let good = try await AsteriskConnector(lab, receiver).check()
            #expect(good.status == .exited(0) && !good.text.contains("⚠"), "\(good.text)")
            let mighty = try await AsteriskConnector(lab, receiver, user: "driver").check()
            #expect(mighty.status == .exited(0), "\(mighty.text)")
            #expect(mighty.text.contains("⚠ Rights") && mighty.text.contains("Originate"), "\(mighty.text)")
        }
    }

    @Test func `what was accepted before a kill under load is delivered after it`() async throws {
        try await AsteriskLab.run { lab in
            let receiver = try AsteriskReceiver()
            let connector = try AsteriskConnector(lab, receiver)
            try await lab.login(as: "driver") { driver in
                let calls = AsteriskCalls(client: driver)
                var accepted = try await lab.totals()
                // With the API gone, what was accepted before the kill is in the spool and nowhere else.
                try await receiver.whileUnavailable {
                    let first = try await connector.startOnline()
                    async let load: Void = calls.makeShort(400)
                    try await eventually("a good part of the load is in the books") {
                        accepted = try await lab.totals()
                        return accepted.cdrs.count > 200
                    }
                    try await eventually("the connector has stored what is in the books") {
                        try await AsteriskConnector.waiting(in: first) >= accepted.count
                    }
                    first.terminate(SIGKILL)
                    #expect(try await first.exitStatus() == .killed(by: SIGKILL))
                    #expect(receiver.count == 0)
                    try await load
                }
                try await calls.untilIdle()
                var missed = try await lab.totals()
                try await eventually("the books are at rest") {
                    let last = missed
                    missed = try await lab.totals()
                    return missed == last
                }
                let second = try await connector.startOnline()
                try await calls.makeShort(150)
                try await calls.untilIdle()
                try await eventually("all is delivered") {
                    let totals = try await lab.totals()
                    let seen = accepted.joined(with: totals.dropFirst(missed))
                    let missing = try seen.compare(cdrs: receiver.records(.cdr)).missing
                    let waiting = try await AsteriskConnector.waiting(in: second)
                    return missing.isEmpty && waiting == 0 && totals.cdrs.count >= missed.cdrs.count + 150
                }
                let totals = try await lab.totals()
                let seen = accepted.joined(with: totals.dropFirst(missed))
                #expect(try seen.compare(cels: receiver.records(.cel)).missing == [])
                #expect(try totals.compare(cdrs: receiver.records(.cdr)).surplus == [])
                #expect(try totals.compare(cels: receiver.records(.cel)).surplus == [])
            }
        }
    }

    @Test func `after a restart of Asterisk it goes on by itself`() async throws {
        try await AsteriskLab.run { lab in
            let receiver = try AsteriskReceiver()
            let connector = try await AsteriskConnector(lab, receiver).startOnline()
            try await lab.login(as: "driver") { driver in
                let calls = AsteriskCalls(client: driver)
                try await calls.make(AsteriskCalls.everyKind)
                try await eventually("the calls are under way") { try await lab.totals().cdrs.count > 10 }
                let lines = connector.lines.count
                try await lab.console("core restart now")
                try await connector.line(containing: "no connection to Asterisk", after: lines)
                try await connector.line(containing: "ami: logged in", after: lines)
                try await connector.line(containing: "events could have been missed", after: lines)
                try await eventually("the driver is back") { driver.status.isOnline }
                try await calls.make(AsteriskCalls.everyKind)
                try await calls.untilIdle()
                var totals = try await lab.totals()
                try await eventually("as many CDRs are received as were written, \(totals.cdrs.count)") {
                    totals = try await lab.totals()
                    return try receiver.records(.cdr).count == totals.cdrs.count
                }
                #expect(try totals.compare(cdrs: receiver.records(.cdr)) == .equal)
            }
        }
    }
}
