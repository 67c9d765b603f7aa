import Basics
import Testing

struct HMACTests {
    /// Examples of RFC 4231, and the empty message.
    @Test(arguments: [
        (
            "Hi There", String(repeating: "\u{b}", count: 20),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            "what do ya want for nothing?", "Jefe",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ), ("", "key", "5d5d139563c95b5967b9bd9a8c9b233a9dedb45072794cd232dc1b74832607d0"),
    ])
    func `a message is authenticated as RFC 4231 shows`(message: String, key: String, expected: String) {
        let code = HMAC.sha256(Array(message.utf8)[...], key: Array(key.utf8))
        #expect(ASCII.hexadecimal(code)[...].text == expected)
    }

    @Test func `digests are equal only when all of their bytes are`() {
        let digest = Digest.sha256(Array("a".utf8))
        #expect(Digest.areEqual(digest, digest))
        for index in digest.indices {
            var other = digest
            other[index] ^= 1
            #expect(!Digest.areEqual(digest, other))
        }
        #expect(!Digest.areEqual(digest, digest.dropLast()) && !Digest.areEqual([], []))
    }
}
