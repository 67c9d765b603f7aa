import Basics
import Testing

@testable import Simulation

@Suite struct PBXBatchTests {
    /// Cdr, CEL, CEL, Cdr; each frame is eight bytes.
    private var frames: FrameSequence {
        var frames = FrameSequence()
        for (index, kind) in [PBXFrameKind.cdr, .cel, .cel, .cdr].enumerated() {
            frames.append(kind, at: Timestamp(seconds: index)) { $0 += Array("A: \(index)\r\n\r\n".utf8) }
        }
        return frames
    }

    @Test func `a record has the best fate that it had with any session`() {
        let batch = FrameBatch(frames, outstanding: 3)
        #expect(batch.resolve(FrameBatch.Delivery(mask: .cdr, written: 1)) == nil)
        #expect(batch.resolve(FrameBatch.Delivery(mask: [.cdr, .call], written: 0, cut: 1)) == nil)
        #expect(batch.resolve(.nothing([])) == [.written, .cut, .unsent, .unsent])
    }

    @Test func `without a session everything is absent`() {
        let batch = FrameBatch(frames, outstanding: 1)
        #expect(batch.resolve(.nothing([])) == [.absent, .absent, .absent, .absent])
    }

    @Test func `every number of bytes sent gives exactly one account`() {
        for sent in 0...32 {
            var form = Transmission.Form()
            let batch = FrameBatch(frames, outstanding: 1)
            var transmission = Transmission(batch, mask: [.cdr, .call], behind: [], &form)
            #expect(transmission.bytes.count == 32)
            transmission.advance(by: sent)
            let fates = transmission.delivery.flatMap { batch.resolve($0.delivery) } ?? []
            #expect(fates.count { $0 == .written } == sent / 8)
            #expect(fates.count { $0 == .cut } == (sent % 8 == 0 ? 0 : 1))
            #expect(transmission.delivery?.sent.total == sent / 8)
        }
    }

    @Test func `what a mask leaves out is neither sent nor counted, and an answer goes in front`() {
        var form = Transmission.Form()
        let batch = FrameBatch(frames, outstanding: 1)
        var transmission = Transmission(batch, mask: .cdr, behind: Array("R: x\r\n\r\n".utf8), &form)
        #expect(transmission.bytes[...].text == "R: x\r\n\r\nA: 0\r\n\r\nA: 3\r\n\r\n")
        transmission.advance(by: 20)
        let fates = transmission.delivery.flatMap { batch.resolve($0.delivery) }
        #expect(fates == [.written, .absent, .absent, .cut])
    }

    @Test func `one send takes whole frames, at most 64 KiB, and at least one`() {
        var frames = FrameSequence()
        for size in [60_000, 5000, 1000, 100_000, 10] {
            frames.append(.cel, at: Timestamp(seconds: 0)) { $0 += [UInt8](repeating: 120, count: size) }
        }
        var form = Transmission.Form()
        var transmission = Transmission(FrameBatch(frames, outstanding: 1), mask: .call, behind: [], &form)
        var windows: [Range<Int>] = []
        while !transmission.isFinished {
            let window = transmission.window
            windows.append(window.frames)
            transmission.advance(by: window.end - transmission.position)
        }
        #expect(windows == [0..<2, 2..<3, 3..<4, 4..<5])
    }

    @Test func `statistics are one JSON object`() throws {
        var statistics = PBXStatistics()
        statistics.sent[.cdr] = 3
        statistics.addBlock(.milliseconds(2))
        statistics.addBlock(.milliseconds(5))
        let json = try JSONParser.parse(statistics.json[...])
        #expect(json["sent"]?["cdr"]?.integer == 3)
        #expect(json["blocked_sends"]?.integer == 2)
        #expect(json["longest_block_us"]?.integer == 5000)
        #expect(json["total_block_us"]?.integer == 7000)
    }
}
