import Basics
import CallRecords
import TestSupport
import Testing

@testable import Recordings

struct AudioFormatTests {
    @Test(arguments: [
        ("wav", 16044, Duration.seconds(1)), ("WAV", 60 + 65 * 25, .seconds(1)), ("gsm", 33 * 50, .seconds(1)),
        ("ulaw", 12000, .milliseconds(1500)), ("alaw", 8000, .seconds(1)), ("sln", 16000, .seconds(1)),
        ("SLN16", 32000, .seconds(1)), ("g729", 1000, .seconds(1)),
    ])
    func `the size gives the length of the audio`(pathExtension: String, size: Int, duration: Duration) {
        let head = pathExtension == "WAV" ? AudioSample.wav49(data: size - 60) : AudioSample.wav(data: size - 44)
        let format = AudioFormat(pathExtension: Array(pathExtension.utf8)[...])
        #expect(format.duration(head: head[...], size: size) == duration)
    }

    @Test(arguments: [
        ("wav", "audio/wav"), ("Mp3", "audio/mpeg"), ("gsm", "audio/gsm"), ("x", "application/octet-stream"),
    ])
    func `each format has its media type`(pathExtension: String, type: String) {
        #expect("\(AudioFormat(pathExtension: Array(pathExtension.utf8)[...]).contentType)" == type)
    }

    @Test func `a header without sizes is open when there is audio`() throws {
        let open = try #require(WAVHeader(AudioSample.wav(data: 0)[...]))
        #expect(open.isOpen(size: 32768))
        #expect(!open.isOpen(size: 44))
        #expect(open.isEmpty(size: 44))
        #expect(!open.isEmpty(size: 45))
        #expect(open.duration(size: 44 + 16000) == .seconds(1))
        let closed = try #require(WAVHeader(AudioSample.wav(data: 16000)[...]))
        #expect(!closed.isOpen(size: 16044))
    }

    @Test func `the header's size counts when it is true`() throws {
        let header = try #require(WAVHeader(AudioSample.wav(data: 16000)[...]))
        #expect(header.duration(size: 44 + 16000 + 500) == .seconds(1), "something follows the audio")
        #expect(header.duration(size: 44 + 8000) == .milliseconds(500), "the file was cut off")
        #expect(header.duration(size: 44 + 160_000_000_000) == .seconds(10_000_000), "more than 32 bits can say")
    }

    @Test func `chunks before the audio are passed over`() throws {
        var bytes = AudioSample.wav(data: 100)
        bytes.insert(contentsOf: Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0], at: 36)
        #expect(try #require(WAVHeader(bytes[...])).dataOffset == 56)
        #expect(WAVHeader(bytes[5...]) == nil)
    }

    @Test func `no prefix of a header is taken for one`() {
        let bytes = AudioSample.wav(data: 100)
        for count in 0..<44 { #expect(WAVHeader(bytes.prefix(count)) == nil, "\(count)") }
        #expect(WAVHeader(bytes.prefix(44)) != nil)
        #expect(WAVHeader(Array("RIFF0000WAVEfmt ".utf8 + [255, 255, 255, 255, 0, 0])[...]) == nil)
    }

    @Test(arguments: [1, 3, 417, 1000, 1 << 20])
    func `mp3 frames are counted in pieces of any size`(piece: Int) {
        let tag = Array("ID3".utf8) + [3, 0, 0, 0, 0, 1, 5] + [UInt8](repeating: 0xff, count: 133)
        let file = tag + AudioSample.mp3(frames: 1000) + Array("TAG".utf8) + [UInt8](repeating: 0, count: 125)
        var counter = MP3FrameCounter()
        for start in stride(from: 0, to: file.count, by: piece) {
            counter.append(file[start..<min(start + piece, file.count)])
        }
        #expect(counter.duration == .milliseconds(26122))
    }

    @Test func `frames of different sizes and rates are added up`() {
        var counter = MP3FrameCounter()
        counter.append(AudioSample.mp3(frames: 50)[...])
        counter.append(([0xff, 0xf3, 0x88, 0xc0] + [UInt8](repeating: 0, count: 572))[...])
        #expect(counter.duration == .milliseconds((26122 * 50 + 36000) / 1000))
    }

    @Test func `what is no mp3 lasts no time`() {
        var counter = MP3FrameCounter()
        counter.append([UInt8](repeating: 0xff, count: 10000)[...])
        counter.append([UInt8](repeating: 0, count: 10000)[...])
        #expect(counter.duration == .zero)
    }
}
