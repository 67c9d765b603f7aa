private import COpenSSL

/// The SHA-256 digest of bytes that arrive in pieces.
///
/// Not `Sendable`: one task or thread at a time.
@safe
package final class RunningDigest {
    private let context: OpaquePointer?

    package init() {
        unsafe context = EVP_MD_CTX_new()
        unsafe EVP_DigestInit_ex2(context, EVP_sha256(), nil)
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    package func append(_ bytes: Bytes) { unsafe bytes.withUnsafeBytes { unsafe append($0) } }

    package func append(_ bytes: UnsafeRawBufferPointer) {
        guard unsafe context != nil else { return }
        unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// Ends the digest and returns its 32 bytes; empty when OpenSSL is out of memory.
    ///
    /// Nothing can be appended afterwards.
    package func finish() -> [UInt8] {
        var result = [UInt8](repeating: 0, count: 32)
        guard unsafe context != nil, unsafe EVP_DigestFinal_ex(context, &result, nil) == 1 else { return [] }
        return result
    }
}
