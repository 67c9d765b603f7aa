import Basics
import Spool
import TestSupport
import Testing

@Suite struct LearnedTests {
    private let site = SpoolSite()

    @Test func `what was learned is there after a restart, the latest of each name`() async throws {
        do {
            let spool = try site.open()
            #expect(try await spool.learned("limit") == nil)
            try await spool.keep([1], asLearned: "limit")
            try await spool.keep([2], asLearned: "limit")
            try await spool.keep([3], asLearned: "other")
            try await spool.keep([4], asLearned: "forgotten")
            try await spool.keep(nil, asLearned: "forgotten")
            await spool.close()
        }
        let spool = try await site.reopen()
        #expect(try await spool.learned("limit") == [2])
        #expect(try await spool.learned("other") == [3])
        #expect(try await spool.learned("forgotten") == nil)
    }

    @Test(arguments: [1, 2, 3, 4, 5])
    func `a spool of an earlier version learns, too`(version: Int) async throws {
        try FileContents.write(Fixture.bytes("spool/version-\(version).db"), to: site.path)
        let spool = try site.open()
        try await spool.keep([1], asLearned: "limit")
        #expect(try await spool.learned("limit") == [1])
    }

    @Test func `a spool whose file was removed keeps what was learned`() async throws {
        let spool = try site.open()
        try await spool.keep([1], asLearned: "limit")
        Directory.remove(site.path)
        Directory.remove(site.path + "-wal")
        try await spool.inspect()
        #expect(try await spool.learned("limit") == [1])
        #expect(spool.figures.generation == 2)
    }
}
