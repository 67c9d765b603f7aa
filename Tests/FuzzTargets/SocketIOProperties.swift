import Basics
import SocketIO

/// Packets that are read are written the same way, and read again as the same.
enum SocketIOProperties {
    static func problem(_ input: [UInt8]) -> String? {
        if let packets = try? EnginePayload.packets(input[...]) {
            guard packets.count <= EnginePayload.limit else { return "\(packets.count) packets" }
            guard EnginePayload.body(packets.map(\.encoded)) == input else { return "a body that is written otherwise" }
            for packet in packets where packet.kind == .message {
                if let problem = problem(with: packet.data) { return problem }
            }
        }
        return problem(with: input[...])
    }

    private static func problem(with data: Bytes) -> String? {
        guard let packet = try? SocketIOPacket(decoding: data) else { return nil }
        let encoded = packet.encoded
        guard let engine = try? EnginePacket(decoding: encoded[...]), engine.kind == .message else {
            return "a packet that is not a message"
        }
        guard let again = try? SocketIOPacket(decoding: engine.data) else {
            return "a packet that cannot be read again: \(encoded[...].text)"
        }
        // A number may be too large, and is written as null then.
        return again.encoded == encoded ? nil : "another packet after reading it again"
    }
}
