import CMicrohttpd
import Glibc

/// Where a connection comes from, without the port.
struct PeerAddress: CustomStringConvertible {
    private let family: Int32
    private let bytes: [UInt8]

    /// `nil` for a connection that has no address, over a Unix socket.
    init?(of connection: OpaquePointer) {
        guard let address = unsafe cmicrohttpd_connection_address(connection) else { return nil }
        family = unsafe Int32(address.pointee.sa_family)
        let raw = unsafe UnsafeRawPointer(address)
        switch family {
        case AF_INET: bytes = unsafe Array(UnsafeRawBufferPointer(start: raw + 4, count: 4))
        case AF_INET6: bytes = unsafe Array(UnsafeRawBufferPointer(start: raw + 8, count: 16))
        default: return nil
        }
    }

    /// What counts as one address: all of IPv4, the network of IPv6, in which a host may choose freely.
    var network: [UInt8] {
        if family == AF_INET { return bytes }
        return isMapped ? Array(bytes[12...]) : Array(bytes[..<8])
    }

    /// Whether it is an address of IPv4 that a socket of IPv6 shows.
    private var isMapped: Bool { bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff }

    var description: String {
        if family == AF_INET6, isMapped { return bytes[12...].map { "\($0)" }.joined(separator: ".") }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        unsafe inet_ntop(family, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
