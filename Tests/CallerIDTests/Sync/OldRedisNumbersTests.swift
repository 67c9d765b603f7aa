import Basics
import HTTP
import Redis
import RedisTestSupport
import TestSupport
import Testing

@testable import CallerID

@Suite("Numbers that an older switch keeps in Redis")
struct OldRedisNumbersTests {
    private func value(_ name: String, trunk: String = "OPS_TRUNK", route: String = #""92""#, status: String = "1")
        -> String
    {
        #"{"callerid": {"name": "\#(name)", "route_number": \#(route), "calls_count": 42, "failed_count": 0, "#
            + #""busy_count": 0, "status": \#(status), "lastcall": "", "TRUNK_NAME": "\#(trunk)"}}"#
    }

    @Test("Each key is checked as a row of a file, and bad ones are named")
    func reads() async throws {
        let redis = try await RedisTesting()
        let values = [
            ("02473002556", value("02473002556")), ("12125551234", value("12125551234", route: "7", status: "0")),
            ("2125551234", value("2125551234")), ("21255", value("21255")),
            ("3105551234", value("3105551234", trunk: "A B")), ("3105551235", value("3105551235", status: "2")),
            ("3105551236", "no JSON"), ("3105551237", #"{"callerid":{"name":[]}}"#), ("3105551238", #"{"callerid":1}"#),
            ("3105551239", value("3105551239") + String(repeating: " ", count: 4096)),
        ]
        for (number, text) in values { _ = try await redis.ask("SET", "callerid_infor:\(number)", text) }
        _ = try await redis.ask("RPUSH", "callerid_infor:list", "1")
        _ = try await redis.ask("SET", "default_trunk_name", "OPS_TRUNK")
        _ = try await redis.ask("SET", "default_route_number", "")
        let numbers = try await OldRedisNumbers.read(over: redis.client)
        #expect(
            numbers.records.map { "\($0.number) \($0.areaCode) \($0.trunk) \($0.route) \($0.isActive)" } == [
                "02473002556  OPS_TRUNK 92 true", "2125551234 212 OPS_TRUNK 7 false",
            ]
        )
        #expect(
            numbers.errors == [
                #"callerid_infor:21255: caller_id "21255": fewer than 10 digits"#,
                #"callerid_infor:2125551234: the number is in callerid_infor:12125551234 already"#,
                #"callerid_infor:3105551234: trunk "A B": not a name of at most 64 letters, digits and _ - ."#,
                #"callerid_infor:3105551235: is_active "2": none of 0, 1, true and false"#,
                "callerid_infor:3105551236: not JSON with an object callerid",
                "callerid_infor:3105551237: name is neither a text nor a whole number",
                "callerid_infor:3105551238: not JSON with an object callerid",
                "callerid_infor:3105551239: longer than 4096 bytes", "callerid_infor:list: not a text",
            ]
        )
        #expect(numbers.rejected == 9)
        #expect(
            numbers.settings.map(OldRedisMigration.text(of:)) == [
                "default_trunk_name is OPS_TRUNK: set DEFAULT_TRUNK_NAME=OPS_TRUNK to keep it"
            ]
        )
        #expect(try await redis.ask("DBSIZE").integer == values.count + 3)
    }

    @Test("More keys than one step of SCAN has are imported once each, and those that are there are skipped")
    func imports() async throws {
        let redis = try await RedisTesting()
        let count = 1300
        let words = (0..<count).flatMap { index -> [any RedisWord] in
            let number = "\(2_125_550_000 + index)"
            return ["callerid_infor:\(number)", value(number)]
        }
        _ = try await redis.client.send(RedisCommand("MSET", words: words), within: RedisTesting.patience)
        let numbers = try await OldRedisNumbers.read(over: redis.client)
        #expect(numbers.records.count == count)
        #expect(numbers.rejected == 0)
        let service = try await CallerIDTesting(["2125550000"])
        let answer = await service.send(
            "POST",
            "/api/import?mode=skip",
            token: CallerIDTesting.token,
            type: "text/csv",
            body: String(decoding: OldRedisMigration.file(of: numbers), as: UTF8.self)
        )
        let json = try JSONParser.parse(answer.body[...])
        #expect(OldRedisMigration.summary(numbers, json) == "1300 read, 1299 added, 1 skipped, 0 rejected")
        let record = try await service.service.engine.record(#require(Digits("2125551299")))
        #expect(record.trunk == "OPS_TRUNK")
        #expect(record.route == "92")
        #expect(record.areaCode.description == "212")
    }
}
