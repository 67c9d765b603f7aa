import Basics
import Testing

struct Base64Tests {
    /// The examples of RFC 4648, and bytes that use the end of the alphabet.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `text is encoded with padding`(text: String, encoded: String) {
        #expect(Base64.encoded(Array(text.utf8)) == encoded)
    }

    @Test func `any bytes are encoded`() {
        #expect(Base64.encoded([0xfb, 0xff, 0xfe, 0x00]) == "+//+AA==")
    }

    @Test func `the variant for URLs has other characters and no padding, and is read back`() {
        #expect(Base64.urlEncoded([0xfb, 0xff, 0xfe, 0x00]) == "-__-AA")
        for count in 0...40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ count) }
            #expect(Base64.urlDecoded(Array(Base64.urlEncoded(bytes).utf8)[...]) == bytes)
        }
    }

    @Test(arguments: [
        "A", "AAAAA", "Zg==", "Zg=", "Zh", "Zm9", "Zm+v", "Zm/v", "Zm 9v", "Zm9v\n", "Zm9vé", "\0AAA", "=",
    ])
    func `another spelling for URLs is refused`(text: String) {
        #expect(Base64.urlDecoded(Array(text.utf8)[...]) == nil)
    }
}
