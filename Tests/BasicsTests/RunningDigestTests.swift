import Basics
import Testing

struct RunningDigestTests {
    @Test func `a digest of pieces is that of the whole`() {
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let digest = RunningDigest()
        for start in stride(from: 0, to: bytes.count, by: 333) {
            digest.append(bytes[start..<min(start + 333, bytes.count)])
        }
        digest.append([])
        #expect(digest.finish() == Digest.sha256(bytes))
        #expect(RunningDigest().finish() == Digest.sha256([]))
    }
}
