/// A leaf of a mail: what its headers say, and where it is in the file.
package struct MailPart: Sendable, Equatable {
    /// `type/subtype` in lower case; `text/plain` when the part does not say.
    package let contentType: String
    /// The decoded name of the file; empty when the part has none.
    package let fileName: String
    /// The charset as the part names it; empty when it names none.
    package let charset: String
    /// Whether Content-Disposition says `attachment`.
    package let isAttachment: Bool
    /// The bytes of the content in the file, still encoded.
    package let content: Range<Int>
    /// The bytes of headers and content in the file; `nil` for a part without headers of its own, such as the body of
    /// a mail that is not a multipart.
    package let whole: Range<Int>?
    /// Content-Transfer-Encoding, as GMime numbers it.
    let encoding: UInt32
}
