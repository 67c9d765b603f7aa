import Delivery
import Spool
import TestSupport
import Testing

struct BatchMakerTests {
    private let site: ShippingSite

    init() throws { site = try ShippingSite() }

    @Test func `each batch has a key of its own`() async throws {
        _ = try await site.spool.append((0..<3).map { site.record($0) })
        var batchMaker = BatchMaker(site.spool, count: 1)
        var keys: Set<String> = []
        while let batch = try await batchMaker.freeze(.oldest, bytes: 1000, avoiding: []) {
            keys.insert(batch.idempotencyKey)
        }
        #expect(keys.count == 3)
        #expect(keys.allSatisfy { $0.utf8.count == 32 })
    }

    @Test(arguments: [true, false])
    func `after a failure the batch is searched for before a new one is made`(hasWorked: Bool) async throws {
        _ = try await site.spool.append((0..<4).map { site.record($0) })
        var batchMaker = BatchMaker(site.spool, count: 3) { "the key" }
        await site.spool.close()
        // Another owner of the file makes the attempt fail, and can make it seem so.
        let other = try RecordSpool(SpoolConfiguration(directory: site.directory.path))
        await #expect(throws: SpoolError.self) {
            _ = try await batchMaker.freeze(.oldest, bytes: 1000, avoiding: [])
        }
        #expect(batchMaker.isUnsettled)
        if hasWorked { _ = try await other.freeze(count: 2, bytes: 1000, avoiding: [], key: "the key") }
        await other.close()
        let batch = try #require(try await batchMaker.freeze(.oldest, bytes: 1000, avoiding: []))
        #expect(batch.idempotencyKey == "the key")
        #expect(batch.records.count == (hasWorked ? 2 : 3))
        #expect(!batchMaker.isUnsettled)
    }
}
