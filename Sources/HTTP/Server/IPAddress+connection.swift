import Basics
import CMicrohttpd
import Glibc

extension IPAddress {
    /// The peer of a connection; `nil` for one without an address, over a Unix socket.
    init?(of connection: OpaquePointer) {
        guard let address = unsafe cmicrohttpd_connection_address(connection) else { return nil }
        let raw = unsafe UnsafeRawPointer(address)
        switch unsafe Int32(address.pointee.sa_family) {
        case AF_INET: self.init(bytes: unsafe Array(UnsafeRawBufferPointer(start: raw + 4, count: 4)))
        case AF_INET6: self.init(bytes: unsafe Array(UnsafeRawBufferPointer(start: raw + 8, count: 16)))
        default: return nil
        }
    }
}
