import Basics
import Testing

@testable import CallControl

struct LoginRatesTests {
    private let begin = ContinuousClock.now
    private let office = IPAddress("192.0.2.1")
    private let home = IPAddress("198.51.100.1")

    @Test func `five failures of a name from one address make it wait, and nobody else`() {
        var rates = LoginRates()
        for index in 0..<5 {
            #expect(rates.wait(name: "anna", address: office, at: begin) == nil, "\(index)")
            rates.fail(name: "anna", address: office, at: begin + .seconds(index))
        }
        #expect(rates.wait(name: "anna", address: office, at: begin + .seconds(10)) == .seconds(50))
        #expect(rates.wait(name: "anna", address: home, at: begin + .seconds(10)) == nil)
        #expect(rates.wait(name: "bob", address: office, at: begin + .seconds(10)) == nil)
        #expect(rates.wait(name: "anna", address: office, at: begin + .seconds(60)) == nil)
    }

    @Test func `a name that is tried from many addresses waits, so does an address that tries many names`() {
        var rates = LoginRates()
        for index in 0..<30 { rates.fail(name: "anna", address: IPAddress("203.0.113.\(index)"), at: begin) }
        #expect(rates.wait(name: "anna", address: home, at: begin) == .seconds(60))
        for index in 0..<60 {
            #expect(rates.wait(name: "user\(index)", address: office, at: begin) == nil)
            rates.fail(name: "user\(index)", address: office, at: begin)
        }
        #expect(rates.wait(name: "bob", address: office, at: begin) == .seconds(60))
        #expect(rates.wait(name: "bob", address: home, at: begin) == nil)
    }

    @Test func `names without end do not fill the memory`() {
        var rates = LoginRates()
        for index in 0..<LoginRates.capacity { rates.fail(name: "\(index)", address: home, at: begin) }
        #expect(rates.count == LoginRates.capacity)
        // The windows of the first names made room.
        #expect(rates.wait(name: "bob", address: home, at: begin + .seconds(61)) == nil)
        #expect(rates.count == 0)
    }
}
