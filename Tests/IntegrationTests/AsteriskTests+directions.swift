import Basics
import Glibc
import Simulation
import TestSupport
import Testing

/// Calls over a trunk: which way they went, and what is known of them.
extension AsteriskTests {
    /// Makes the calls of the table, from the far lab.
    private func makeTrunkCalls(_ lab: AsteriskLab, _ far: AsteriskLab) async throws {
        try await far.login(as: "driver") { driver in
            let calls = AsteriskCalls(client: driver)
            for call in AsteriskCalls.throughTrunk { try await calls.make(call) }
            try await eventually("a call is parked in the lobby") {
                try await lab.console("parking show lobby").contains("IAX2/carrier")
            }
            try await calls.make(AsteriskCalls.fetchingParked)
            try await calls.untilIdle()
        }
    }

    @Test func `each CDR of calls over a trunk has the direction that the table says`() async throws {
        try await AsteriskLab.runWithTrunk { lab, far in
            let receiver = try AsteriskReceiver()
            let connector = try await AsteriskConnector(lab, receiver).startOnline()
            try await lab.login(as: "driver") { driver in
                try await makeTrunkCalls(lab, far)
                _ = try await settle(lab, AsteriskCalls(client: driver), receiver)
            }
            let differences = try AsteriskDirections.differences(receiver.records(.cdr))
            #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
            connector.terminate()
            #expect(try await connector.exitStatus() == .exited(0))
        }
    }

    @Test func `without CEL the contexts are known from Newchannel, and one warning says so`() async throws {
        try await AsteriskLab.runWithTrunk(hasCELs: false) { lab, far in
            let receiver = try AsteriskReceiver()
            let connector = try await AsteriskConnector(lab, receiver).startOnline()
            try await lab.login(as: "driver") { driver in
                try await makeTrunkCalls(lab, far)
                let totals = try await settle(lab, AsteriskCalls(client: driver), receiver)
                #expect(totals.cels == [])
            }
            let unknown = AsteriskDirections.toldByCEL
            let differences = try AsteriskDirections.differences(receiver.records(.cdr), without: unknown)
            #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
            connector.terminate()
            #expect(try await connector.exitStatus() == .exited(0))
            #expect(connector.lines.count { $0.text.contains("CELs missing") } == 1)
        }
    }

    @Test(arguments: [SIGTERM, SIGKILL])
    func `a connector that is restarted in mid-call knows where the call came from`(signal: Int32) async throws {
        try await AsteriskLab.runWithTrunk { lab, far in
            let receiver = try AsteriskReceiver()
            let connector = try AsteriskConnector(lab, receiver)
            let first = try await connector.startOnline()
            try await far.login(as: "driver") { try await AsteriskCalls(client: $0).make(AsteriskCalls.patient) }
            try await eventually("the agent has answered, and the API knows it") {
                try receiver.records(.cel).contains {
                    $0["eventtype"]?.string == "BRIDGE_ENTER" && $0["peer"]?.string?.hasPrefix("IAX2/315") == true
                }
            }
            first.terminate(signal)
            _ = try await first.exitStatus()
            #expect(try receiver.records(.cdr).isEmpty)
            let second = try await connector.startOnline()
            try await lab.console("channel request hangup all")
            try await eventually("the CDR has come") { try !receiver.records(.cdr).isEmpty }
            let received = try receiver.records(.cdr).map { AsteriskDirections.row(of: $0) }
            #expect(
                received == [
                    "4165559815 IAX2/carrier 401 Queue ANSWERED inbound origin_external from-trunk patience - IAX2/315 -"
                ]
            )
            second.terminate()
            #expect(try await second.exitStatus() == .exited(0))
        }
    }
}
