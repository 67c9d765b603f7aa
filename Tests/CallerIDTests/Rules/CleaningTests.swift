import CallerID
import Testing

@Suite struct CleaningTests {
    @Test(arguments: [
        ("3105559876", "3105559876", "3105559876"), ("+1 (310) 555-9876", "13105559876", "3105559876"),
        ("011442071234567", "011442071234567", "442071234567"), ("00442071234567", "00442071234567", "442071234567"),
        ("02473002556", "02473002556", "02473002556"), ("123456789012345", "123456789012345", "123456789012345"),
    ])
    func `a destination keeps its digits as dialled, and area codes see the significant ones`(
        text: String,
        digits: String,
        significant: String
    ) throws {
        let destination = try #require(Destination(text))
        #expect(destination.digits == digits)
        #expect(destination.significant.description == significant)
    }

    @Test(arguments: ["", "911", "112", "933", "555987654", "1234567890123456", "0112125551", "abc", "+"])
    func `emergency and other short numbers, and too long ones, are no destinations`(text: String) {
        #expect(Destination(text) == nil)
    }

    @Test func `the prefix of the dial plan is taken off before anything else`() {
        #expect(Destination("93105559876", withoutPrefix: "9")?.digits == "3105559876")
        #expect(Destination("911", withoutPrefix: "9") == nil)
        #expect(Destination(String(repeating: "x", count: 10_000) + "3105559876") == nil)
    }

    @Test func `names keep letters, digits and a few signs`() {
        #expect(PartyName.cleaned("Müller, Anna <a.b@c-d_e+1>") == "Müller Anna a.b@c-d_e+1")
        #expect(PartyName.cleaned("'; DROP TABLE x; --") == " DROP TABLE x --")
        for text in ["", "   ", "\"';<>", "a\nb", "a\u{0}", "a\u{9f}", String(repeating: "a", count: 101)] {
            #expect(PartyName.cleaned(text) == nil)
        }
        #expect(PartyName.cleaned(String(repeating: "a", count: 100)) != nil)
    }

    @Test func `digits keep their leading zeros and take no more than fifteen`() {
        for text in ["", "0", "007", "000000000000000", "999999999999999", "1234567890"] {
            #expect(Digits(text)?.description == text)
        }
        for text in ["1234567890123456", "12a", "٣", "+1", " "] { #expect(Digits(text) == nil) }
        #expect(Digits("0073")?.prefix(3) == Digits("007"))
        #expect(Digits("0073")?.prefix(9) == Digits("0073"))
        #expect(Digits("0073")?.prefix(-1) == Digits(""))
        #expect(Digits("07") != Digits("7"))
    }
}
