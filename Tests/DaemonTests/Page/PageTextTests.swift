import Basics
import Daemon
import Testing

struct PageTextTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000")])
    func `a count has a comma for each thousand`(value: Int, text: String) {
        #expect(PageText.count(value) == text)
    }

    @Test(arguments: [(0.0, "0.0"), (3.44, "3.4"), (99.94, "99.9"), (100.0, "100"), (1234.5, "1,235")])
    func `a rate has one decimal while it is small`(value: Double, text: String) {
        #expect(PageText.rate(value) == text)
    }

    @Test(arguments: [
        (1, "1 byte"), (1023, "1,023 bytes"), (1024, "1.0 KiB"), (1_048_575, "1.0 MiB"), (3_400_000, "3.2 MiB"),
        (1 << 31, "2.0 GiB"), (1 << 52, "4096.0 TiB"),
    ])
    func `bytes have the largest unit that fits`(value: Int, text: String) {
        #expect(PageText.bytes(value) == text)
    }

    @Test(arguments: [
        (-5, "0 s"), (59, "59 s"), (60, "1 min"), (61, "1 min 1 s"), (7800, "2 h 10 min"), (93_784, "1 d 2 h"),
    ])
    func `a span has its two largest units`(seconds: Int, text: String) {
        #expect(PageText.span(seconds: seconds) == text)
    }

    @Test(arguments: [(0.0, "0 ms"), (0.85, "850 ms"), (0.9999, "1.0 s"), (59.97, "1 min"), (300.0, "5 min")])
    func `a latency is in milliseconds, then in seconds, then a span`(seconds: Double, text: String) {
        #expect(PageText.latency(seconds) == text)
    }

    @Test(arguments: [(0.1, "100 ms"), (1.0, "1 s"), (2.5, "2.5 s"), (5.0, "5 s"), (3600.0, "1 h")])
    func `a bound has no decimal that says nothing`(seconds: Double, text: String) {
        #expect(PageText.bound(seconds) == text)
    }

    @Test func `a time of another day has its date`() {
        let now = Timestamp(seconds: 1_795_224_725)
        #expect(PageText.time(now, now: now) == "01:32:05")
        #expect(PageText.time(now.adding(seconds: -86_400), now: now) == "2026-11-20 01:32:05")
    }
}
