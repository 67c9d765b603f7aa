import Basics
import Testing

struct RedactionTests {
    @Test func `a secret is removed everywhere, in each of its forms`() {
        let redaction = Redaction([Secret("sk_\"key"), Secret("user:password"), Secret("password"), Secret("")])
        #expect(redaction.applied(to: "Bearer sk_\"key; sk_\"key") == "Bearer ********; ********")
        #expect(
            redaction.applied(to: #"{"authorization":"Bearer sk_\"key"}"#) == #"{"authorization":"Bearer ********"}"#
        )
        #expect(redaction.applied(to: "Basic dXNlcjpwYXNzd29yZA==") == "Basic ********")
        #expect(redaction.applied(to: "user:password or password") == "******** or ********")
        #expect(redaction.applied(to: "passwor d, sk_key") == "passwor d, sk_key")
    }

    @Test func `a value of our own is shown without a secret that it is or has in it`() {
        let redaction = Redaction([Secret("sk_0123456789"), Secret("abc"), Secret("")])
        #expect(redaction.shown("abc") == "********")
        #expect(redaction.shown("https://api.example.com/sk_0123456789/v1") == "https://api.example.com/********/v1")
        #expect(redaction.shown("the alphabet: abc, not a word") == "the alphabet: abc, not a word")
        #expect(redaction.shown("") == "" && Redaction([]).shown("abc") == "abc")
    }

    @Test func `bytes that are no text go through`() {
        let bytes: [UInt8] = [0xff, 0x00, 0x61, 0xfe]
        #expect(Redaction([Secret("a")]).applied(to: bytes) == [0xff, 0x00] + Array("********".utf8) + [0xfe])
        #expect(Redaction([]).applied(to: bytes) == bytes)
    }
}
