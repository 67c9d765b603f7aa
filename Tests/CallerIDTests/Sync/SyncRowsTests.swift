import Basics
import Testing

@testable import CallerID

@Suite("Rows of another database as numbers")
struct SyncRowsTests {
    @Test("Columns are found by their usual names in any case, and by those of SYNC_COLUMNS")
    func columns() throws {
        let usual = try SyncTable(
            "public.caller_ids",
            existing: ["id", "Caller_ID", "area_code", "updated_at"],
            mapping: [:]
        )
        #expect(usual.kind == .callerIDs)
        #expect(usual.read == [.callerID, .areaCode])
        #expect(usual.columns[.callerID] == "Caller_ID")
        #expect(usual.updatedAt == "updated_at")
        let mapping = try #require(SyncTable.mapping(["caller_id=did", "area_code=npa"]))
        let own = try SyncTable("dids", existing: ["did", "npa"], mapping: mapping)
        #expect(own.columns == [.callerID: "did", .areaCode: "npa"])
        #expect(throws: SyncError.column("npa", table: "dids")) {
            try SyncTable("dids", existing: ["did"], mapping: mapping)
        }
        #expect(throws: SyncError.column("caller_id", table: "dids")) {
            try SyncTable("dids", existing: ["did"], mapping: [:])
        }
        #expect(throws: SyncError.column("trunk", table: "pstn_callerid")) {
            try SyncTable("pstn_callerid", existing: ["callerid"], mapping: [:])
        }
        #expect(SyncTable.mapping(["caller_id"]) == nil)
        #expect(SyncTable.mapping(["number=did"]) == nil)
    }

    @Test("Bad rows are left out by the rules of an import, with their place and reason")
    func badRows() throws {
        let table = try SyncTable("caller_ids", existing: ["caller_id", "hourly_limit", "is_active"], mapping: [:])
        let rows = SyncRows(
            [
                ["(212) 555-1234", nil, "t"], ["21255", "", "1"], ["12125551234", "5", "1"], ["2125551235", "x", "0"],
            ],
            of: table
        )
        #expect(rows.records.map(\.number.description) == ["2125551234"])
        #expect(rows.records[0].areaCode.description == "212")
        #expect(rows.wrong == 3)
        #expect(
            rows.result.rejected.map { "\($0.row) \($0.reason)" } == [
                #"2 caller_id "21255": fewer than 10 digits"#, "3 the number 2125551234 is in another row already",
                #"4 hourly_limit "x": not a whole number from -1 to 2147483647"#,
            ]
        )
    }

    @Test("A number of several rows of pstn_callerid has several places; the first number of a trunk is its default")
    func places() throws {
        let table = try SyncTable(
            "pstn_callerid",
            existing: ["callerid", "route_number", "active", "trunk_name"],
            mapping: [:]
        )
        #expect(table.kind == .trunks)
        let rows = SyncRows(
            [
                ["02473002556", "OPS", "92", "1"], ["02473002557", "OPS", "92", "1"], ["02473002556", "DR", "93", "1"],
                ["02473002556", "OPS", "92", "1"], ["02473002558", "DR", "1", "0"], ["02473002557", "DR", "1", "0"],
            ],
            of: table
        )
        #expect(rows.wrong == 0)
        #expect(
            rows.records.map(\.places) == [
                [
                    TrunkPlace(trunk: "OPS", route: "92", isDefault: true),
                    TrunkPlace(trunk: "DR", route: "93", isDefault: true),
                ],
                [TrunkPlace(trunk: "OPS", route: "92")], [TrunkPlace(trunk: "DR", route: "1")],
            ]
        )
        #expect(rows.records.map(\.isActive) == [true, true, false])
    }

    @Test("VICIdial's table gives pool and area code; a number of several campaigns counts once and is no error")
    func campaigns() throws {
        let existing = ["campaign_id", "areacode", "outbound_cid", "active", "cid_description", "call_count_today"]
        let table = try SyncTable("vicidial_campaign_cid_areacodes", existing: existing, mapping: [:])
        #expect(table.read == [.callerID, .carrier, .areaCode, .pool, .isActive])
        let rows = SyncRows(
            [
                ["2125551234", "main", "212", "SALES", "Y"], ["3125551234", "", "312", "SALES", "N"],
                ["2125551234", "", "212", "OTHER", "Y"],
            ],
            of: table
        )
        #expect(rows.records.map(\.pool) == ["SALES", "SALES"])
        #expect(rows.records.map(\.isActive) == [true, false])
        #expect(rows.wrong == 0)
        #expect(rows.result.rejectedCount == 1)
    }
}
