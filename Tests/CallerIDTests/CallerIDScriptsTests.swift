import AGI
import Basics
import Testing

@testable import CallerID

@Suite struct CallerIDScriptsTests {
    private func request(_ script: String, _ arguments: [String] = [], uniqueID: String = "1795224725.1") -> AGIRequest
    {
        let lines =
            [
                "agi_network: yes", "agi_network_script: \(script)", "agi_uniqueid: \(uniqueID)", "agi_callerid: 100",
                "agi_extension: 2125559876",
            ] + arguments.enumerated().map { "agi_arg_\($0.offset + 1): \($0.element)" }
        return AGIRequest(Array(lines.map { $0 + "\n" }.joined().utf8)[...])
    }

    private func run(
        _ testing: CallerIDTesting,
        _ request: AGIRequest,
        _ variables: [String: String] = [:]
    ) -> [String] {
        let answer = Lock<AGIAnswer?>(nil)
        // Without Redis the answer comes at once.
        CallerIDScripts(testing.service).answer(to: request, variables) { new in answer.withLock { $0 = new } }
        return answer.withLock { $0 }?.variables.map { "\($0.name)=\($0.value)" } ?? []
    }

    @Test func `next-cid sets the caller ID and says so, and leaves it when none is free`() async throws {
        let testing = try await CallerIDTesting()
        let asked = request("next-cid", ["2125559876", "sales", "a1"])
        #expect(
            run(testing, asked) == [
                "CALLERID(num)=2125551234", "CALLERID_AREA_CODE=212", "CALLERID_CARRIER=AT&T", "CALLERID_ROTATED=1",
                "CALLERID_RESERVED_FOR=300", "CALLERID_STATUS=OK",
            ]
        )
        #expect(run(testing, asked) == ["CALLERID_ROTATED=0", "CALLERID_STATUS=NONE"])
    }

    @Test func `missing arguments are the extension dialled and the variables of VICIdial`() async throws {
        let testing = try await CallerIDTesting(["2125551234", "2125551235"])
        let scripts = CallerIDScripts(testing.service)
        #expect(scripts.variables(for: request("next-cid")) == ["VICIDIAL_campaign", "VICIDIAL_agent"])
        #expect(scripts.variables(for: request("next-cid", ["1", "c"])) == ["VICIDIAL_agent"])
        #expect(scripts.variables(for: request("release", ["1"])) == [])
        #expect(scripts.variables(for: request("set_callerid")) == ["TRUNK_NAME", "route_number"])
        #expect(scripts.variables(for: request("set_callerid?trunk=T")) == [])
        #expect(run(testing, request("next-cid")).last == "CALLERID_STATUS=OK")
        let number = try #require(Digits("2125551234"))
        #expect(testing.service.engine.reservation(of: number)?.agent == "unknown")
        #expect(testing.service.engine.reservation(of: number)?.campaign == "default")
        _ = run(testing, request("next-cid", ["2125559876", "", ""]), ["VICIDIAL_agent": "bob"])
        #expect(testing.service.engine.reservation(of: try #require(Digits("2125551235")))?.agent == "bob")
    }

    @Test func `emergency numbers and others that are too short keep their caller ID`() async throws {
        let testing = try await CallerIDTesting()
        for number in ["911", "112", "933", "999", "5551234"] {
            #expect(
                run(testing, request("next-cid", [number, "s", "a"])) == [
                    "CALLERID_ROTATED=0", "CALLERID_STATUS=INVALID",
                ]
            )
        }
        #expect(testing.service.engine.figures.selection.reservations == 0)
    }

    @Test func `release ends the reservation of the same channel only, and can take the use back`() async throws {
        let testing = try await CallerIDTesting()
        let number = try #require(Digits("2125551234"))
        _ = run(testing, request("next-cid", ["2125559876", "s", "a"], uniqueID: "1.1"))
        #expect(run(testing, request("release", ["2125551234"], uniqueID: "1.2")) == ["CALLERID_STATUS=NONE"])
        #expect(
            run(testing, request("release", ["+1 212 555 1234", "unused"], uniqueID: "1.1")) == ["CALLERID_STATUS=OK"]
        )
        #expect(testing.service.engine.use(of: number)?.hourCount == 0)
        #expect(run(testing, request("release", ["x"])) == ["CALLERID_STATUS=INVALID"])
        #expect(run(testing, request("release")) == ["CALLERID_STATUS=INVALID"])
    }

    @Test func `set_callerid finds the number of trunk, route and type under each of its names`() async throws {
        let testing = try await CallerIDTesting([])
        for (id, type) in [("0247355555", "auto"), ("0248355555", "manual")] {
            var record = NumberRecord(number: try #require(Digits(id)))
            (record.trunk, record.route, record.callType) = ("OPS_TRUNK", "92", type)
            _ = try await testing.service.engine.add(record)
        }
        for script in ["set_callerid", "agi_set_callerid", "agi_set_callerid.py"] {
            #expect(
                run(testing, request("\(script)?trunk=OPS_TRUNK&route=92", [], uniqueID: "AT#1795.1")) == [
                    "TRUNK_NAME=OPS_TRUNK", "route_number=92", "new_cid_number=0247355555", "src_number=100",
                    "CALLERID_STATUS=OK",
                ]
            )
        }
        #expect(run(testing, request("set_callerid", ["OPS_TRUNK", "92"]))[2] == "new_cid_number=0248355555")
        let variables = ["TRUNK_NAME": "OPS_TRUNK", "route_number": "92"]
        #expect(run(testing, request("set_callerid"), variables)[2] == "new_cid_number=0248355555")
        #expect(run(testing, request("set_callerid", ["NOPE"])) == ["CALLERID_STATUS=NONE"])
    }

    @Test func `an unknown script is an error, and so is a late answer`() async throws {
        let testing = try await CallerIDTesting()
        #expect(run(testing, request("nothing")) == ["CALLERID_STATUS=ERROR"])
        let late = CallerIDScripts(testing.service).fallback(for: request("next-cid"))
        #expect(late.variables.map(\.value) == ["0", "ERROR"])
    }

    @Test func `values that Asterisk cannot read are cut or left out`() async throws {
        let testing = try await CallerIDTesting([])
        var record = NumberRecord(number: try #require(Digits("2125551234")))
        record.carrier = String(repeating: "ü", count: 50)
        _ = try await testing.service.engine.add(record)
        let values = run(testing, request("next-cid", ["2125559876", "s", "a"]))
        #expect(values.contains("CALLERID_CARRIER=" + String(repeating: "ü", count: 40)))
    }
}
