package import Glibc

/// An IPv4 or IPv6 address with a port.
package struct SocketAddress: Sendable, CustomStringConvertible {
    private let bytes: [UInt8]
    package let family: Int32

    private init(_ bytes: [UInt8], family: Int32) {
        self.bytes = bytes
        self.family = family
    }

    /// The addresses of `host` for TCP.
    ///
    /// Blocks while the resolver works.
    ///
    /// - Parameter passive: whether to return addresses to listen on; an empty host then means all.
    package static func resolve(
        host: String,
        port: UInt16,
        passive: Bool = false
    ) throws(NetworkError) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = passive ? AI_PASSIVE : 0
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host.isEmpty ? nil : host, "\(port)", &hints, &list)
        guard code == 0 else {
            throw .unresolved(host: host, reason: unsafe String(cString: gai_strerror(code)))
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            let info = unsafe entry.pointee
            let bytes = unsafe UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen))
            unsafe addresses.append(SocketAddress(Array(bytes), family: info.ai_family))
            unsafe next = info.ai_next
        }
        return addresses
    }

    /// The address that `descriptor` is bound to.
    package init(boundTo descriptor: Int32) {
        var storage = [UInt8](repeating: 0, count: MemoryLayout<sockaddr_storage>.size)
        var size = socklen_t(storage.count)
        _ = unsafe storage.withUnsafeMutableBytes { buffer in
            unsafe getsockname(descriptor, buffer.assumingMemoryBound(to: sockaddr.self).baseAddress, &size)
        }
        family = Int32(unsafe storage.withUnsafeBytes { unsafe $0.load(as: sa_family_t.self) })
        bytes = Array(storage.prefix(Int(size)))
    }

    package func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result) -> Result {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe body(buffer.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(buffer.count))
        }
    }

    /// The port, which both families store in bytes 2 and 3.
    package var port: UInt16 { UInt16(bytes[2]) << 8 | UInt16(bytes[3]) }

    package var description: String {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = unsafe withSocketAddress {
            unsafe getnameinfo($0, $1, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
        }
        let name = String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard code == 0 else { return "an address of family \(family)" }
        return family == AF_INET6 ? "[\(name)]:\(port)" : "\(name):\(port)"
    }
}
