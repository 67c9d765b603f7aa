import Basics
import CallRecords
import Testing

struct NumberPlanTests {
    private func type(_ number: String, _ change: (inout DirectionSettings) -> Void = { _ in }) -> NumberType {
        var settings = DirectionSettings()
        change(&settings)
        return NumberPlan(settings).type(of: bytes(number))
    }

    @Test(arguments: [
        "", " ", "anonymous", "Anonymous", "PRIVATE", "restricted", "unavailable", "Unknown", " unknown ",
    ])
    func `a caller who hides is anonymous`(number: String) { #expect(type(number) == .anonymous) }

    @Test(arguments: ["anonymouse", "privat", "anonymous@sip", "s", "h", "t", "i", "alice", "-", "()"])
    func `a name is no number and hides nothing`(number: String) { #expect(type(number) == .unknown) }

    @Test(arguments: ["10", "101", "2001234", "20-01", "*97", "*", "*72101", "** 5", "911", "(101)"])
    func `feature codes and two to seven digits are extensions`(number: String) {
        #expect(type(number) == .extension)
    }

    @Test(arguments: ["7", "20012345", "#72", "10#", "10*1", "+", "+*97", "123456789", "24165551234"])
    func `what has another length or other signs is no extension`(number: String) {
        #expect(type(number) == .unknown)
    }

    @Test(arguments: [
        "+14165551234", "+1 (416) 555-1234", "+442079460000", "+123456789012345", "00442079460000", "011442079460000",
        "011 44 20 7946 0000", "(+44) 20 7946 0000", "0012345678",
    ])
    func `E.164 and prefixes are international`(number: String) { #expect(type(number) == .international) }

    @Test(arguments: ["4165551234", "416-555-1234", "(416) 555-1234", "416.555.1234", "14165551234", "1-888-887-7686"])
    func `ten digits, or eleven from 1, are long distance`(number: String) {
        #expect(type(number) == .longDistance)
    }

    @Test func `seven digits are local where extensions are shorter`() {
        #expect(type("555-1234") == .extension)
        #expect(type("555-1234") { $0.extensionLengths = 3...5 } == .local)
        #expect(type("12") { $0.extensionLengths = 3...5 } == .unknown)
        #expect(type("*9") { $0.extensionLengths = 3...5 } == .extension)
        #expect(type("4165551234") { $0.extensionLengths = 2...10 } == .extension)
    }

    @Test func `a plus sign counts only at the front`() {
        #expect(type("416+5551234") == .longDistance && type("10+1") == .extension && type("101+") == .extension)
    }

    @Test func `a prefix counts only when something follows it`() {
        #expect(type("011") { $0.extensionLengths = 4...5 } == .unknown)
        #expect(type("0114") { $0.extensionLengths = 5...5 } == .international)
        #expect(type("+") == .unknown)
        #expect(type("+101") == .international)
        #expect(type("+101") { $0.internationalPrefixes = ["00"] } == .unknown)
    }

    @Test func `E.164 can be turned off, prefixes can be others`() {
        #expect(type("+442079460000") { $0.internationalPrefixes = ["00"] } == .international)
        #expect(
            type("+442079460000") {
                $0.internationalPrefixes = ["00"]
                $0.recognisesE164 = false
            } == .unknown
        )
        #expect(type("+442079460000") { $0.recognisesE164 = false } == .international)
        #expect(type("0011442079460000") { $0.internationalPrefixes = ["0011"] } == .international)
        #expect(type("00442079460000") { $0.internationalPrefixes = [] } == .unknown)
        #expect(type("+39061234567") { $0.internationalPrefixes = ["+39"] } == .international)
        #expect(type("+123456789") { $0.internationalPrefixes = [] } == .unknown)
    }
}
