private import COpenSSL

/// Message digests, by OpenSSL.
package struct Digest {
    /// `@unchecked Sendable`: OpenSSL's algorithm objects are constant after the fetch.
    @safe
    private struct Algorithm: @unchecked Sendable {
        let pointer: OpaquePointer?
        let size: Int
    }

    private static let md5Algorithm = unsafe Algorithm(pointer: EVP_MD_fetch(nil, "MD5", nil), size: 16)
    private static let sha1Algorithm = unsafe Algorithm(pointer: EVP_MD_fetch(nil, "SHA1", nil), size: 20)
    private static let sha256Algorithm = unsafe Algorithm(pointer: EVP_MD_fetch(nil, "SHA2-256", nil), size: 32)

    /// The 16-byte MD5 digest, which AMI's challenge login requires.
    ///
    /// Empty where the system's OpenSSL forbids MD5 (FIPS mode).
    package static func md5(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, md5Algorithm) }

    /// The 20-byte SHA-1 digest, by which Redis names a script; empty when OpenSSL fails.
    ///
    /// It proves nothing: collisions are known.
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, sha1Algorithm) }

    /// The 32-byte SHA-256 digest; empty when OpenSSL fails.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, sha256Algorithm) }

    /// Whether two digests are equal, in a time that does not depend on where they differ; false for empty ones.
    package static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count, !one.isEmpty else { return false }
        return zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func digest(_ bytes: [UInt8], _ algorithm: Algorithm) -> [UInt8] {
        guard let pointer = unsafe algorithm.pointer, let context = unsafe EVP_MD_CTX_new() else { return [] }
        defer { unsafe EVP_MD_CTX_free(context) }
        var result = [UInt8](repeating: 0, count: algorithm.size)
        let succeeded =
            unsafe EVP_DigestInit_ex2(context, pointer, nil) == 1
            && EVP_DigestUpdate(context, bytes, bytes.count) == 1
            && EVP_DigestFinal_ex(context, &result, nil) == 1
        return succeeded ? result : []
    }
}
