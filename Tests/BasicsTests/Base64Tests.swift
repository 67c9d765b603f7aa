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
}
