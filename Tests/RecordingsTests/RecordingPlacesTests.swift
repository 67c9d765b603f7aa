import Recordings
import Testing

struct RecordingPlacesTests {
    private let places = RecordingPlaces(roots: ["/mnt/monitor", "/mnt/monitor/queues/", "/var/spool/asterisk/monitor"])

    @Test(
        arguments: [
            ("/mnt/monitor/a.wav", "/mnt/monitor/a.wav", .whole), ("/mnt/monitor/a.mp3", "/mnt/monitor/a.wav", .whole),
            ("/mnt/monitor/2026/a.wav", "2026/a.wav", .whole), ("/mnt/monitor/queues/a.wav", "a.wav", .whole),
            ("/mnt/monitor/2026/a.wav", "a", .end), ("/mnt/monitor/queues/a.wav", "sales/a.wav", .end),
            ("/mnt/monitor/2026/a.wav", "/srv/monitor/2026/a.wav", .end),
            ("/mnt/monitor/a.wav", "/srv/sales/a.wav", .end),
            ("/mnt/monitor/2026/a.wav", "/srv/monitor/2025/a.wav", .name),
            ("/mnt/monitor/a.wav", "/mnt/monitor/sales/a.wav", .name),
            ("/mnt/monitor/2026/a.wav", "/var/spool/asterisk/monitor/a.wav", .name),
            ("/mnt/monitor/12026/a.wav", "2026/a.wav", .name), ("/mnt/monitor/aa.wav", "a.wav", nil),
            ("/mnt/monitor/a.wav", "aa.wav", nil), ("/elsewhere/a.wav", "/elsewhere/a.wav", .whole),
            ("/mnt/monitor/1795224725.1.wav", "1795224725.1", .whole),
            ("/mnt/monitor/1795224725.1.wav", "1795224725.2", nil),
        ] as [(String, String, RecordingPlaces.Likeness?)]
    )
    func `where a file was found and where it should be are compared`(
        found: String,
        told: String,
        likeness: RecordingPlaces.Likeness?
    ) {
        #expect(places.likeness(of: Array(found.utf8), and: Array(told.utf8)) == likeness)
    }

    @Test func `paths of any bytes are compared`() {
        let odd: [UInt8] = [0xff, 0x0a]
        #expect(places.likeness(of: "/mnt/monitor/".utf8 + odd, and: odd) == .whole)
        #expect(places.likeness(of: "/mnt/monitor/".utf8 + odd, and: [0xff]) == nil)
        #expect(places.likeness(of: [], and: []) == .whole)
    }
}
