import Basics
import FuzzTargets
import TestSupport
import Testing

/// Replays what `scripts/fuzz` found, and what it begins with.
struct FuzzCorpusTests {
    private static let directory = "\(Fixture.testsDirectory)/Fixtures/fuzz"

    @Test(arguments: FuzzTarget.allCases)
    func `each input of the corpus keeps the promises of its target`(target: FuzzTarget) throws {
        let names = Directory.names(in: "\(Self.directory)/\(target)").sorted()
        #expect(!names.isEmpty)
        for name in names {
            let input = try FileContents.read("\(Self.directory)/\(target)/\(name)")
            #expect(target.problem(with: input) == nil, "\(target)/\(name)")
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `no kind of hostile input breaks a promise, with any choice`(target: FuzzTarget) {
        #expect(target.problem(with: []) == nil)
        for kind in HostileInput.kinds {
            for choice: UInt8 in [0, 1, 2, 3, 71, 138, 205, 255] {
                let problem = target.problem(with: [choice] + kind.bytes(2000))
                #expect(problem == nil, "\(target), choice \(choice): \(kind)")
            }
        }
    }

    @Test func `only targets have a corpus`() {
        let known = Set(FuzzTarget.allCases.map(\.rawValue))
        #expect(Set(Directory.names(in: Self.directory)) == known)
    }
}
