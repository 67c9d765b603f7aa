/// A recipient: `"Zoë" <zoe@example.org>`.
package struct MailAddress: Sendable, Equatable {
    /// The decoded name; empty when there is none.
    package let name: String
    package let address: String
}
