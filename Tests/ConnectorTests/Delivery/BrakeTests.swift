import Connector
import Testing

struct BrakeTests {
    @Test func `twenty dead letters in a row put it on, a success takes it off`() {
        var brake = Brake()
        for _ in 1...19 { brake.condemned() }
        #expect(!brake.isOn)
        brake.condemned()
        #expect(brake.isOn)
        brake.succeeded()
        #expect(!brake.isOn)
    }

    @Test func `dead letters with a success between them never do`() {
        var brake = Brake()
        for _ in 1...50 {
            for _ in 1...19 { brake.condemned() }
            brake.succeeded()
        }
        #expect(!brake.isOn)
    }

    @Test func `probes come from both sides in turn`() {
        var brake = Brake()
        #expect((1...4).map { _ in brake.nextProbe() } == [.fresh, .pending, .fresh, .pending])
    }
}
