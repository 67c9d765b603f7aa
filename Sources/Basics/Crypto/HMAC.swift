private import COpenSSL

/// Message authentication with a shared key (RFC 2104), by OpenSSL.
package enum HMAC {
    /// The 32 bytes of HMAC-SHA256; empty when OpenSSL fails.
    package static func sha256(_ message: Bytes, key: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: 32)
        var length = 0
        let succeeded = unsafe message.withUnsafeBufferPointer { message in
            // An empty slice may have no address, which OpenSSL takes for "no message".
            let none: UInt8 = 0
            return unsafe withUnsafePointer(to: none) { none in
                unsafe EVP_Q_mac(
                    nil,
                    "HMAC",
                    nil,
                    "SHA2-256",
                    nil,
                    key,
                    key.count,
                    message.baseAddress ?? none,
                    message.count,
                    &result,
                    result.count,
                    &length
                ) != nil
            }
        }
        return succeeded && length == 32 ? result : []
    }
}
