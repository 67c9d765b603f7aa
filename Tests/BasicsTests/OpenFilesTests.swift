import Testing

@testable import Basics

struct OpenFilesTests {
    @Test func `the limit of open files rises as far as the system allows, and is never lowered`() throws {
        let before = try #require(OpenFiles.limit)
        OpenFiles.allow(16)
        #expect(OpenFiles.limit == before)
        OpenFiles.allow(-1)
        #expect(OpenFiles.limit == before)
        let more = min(before, 1 << 20) + 1
        OpenFiles.allow(more)
        // The system may not allow more.
        #expect([max(more, before), before].contains(try #require(OpenFiles.limit)))
    }
}
