package import Basics

/// A record in a request.
package struct ReceivedRecord: Sendable, Equatable {
    /// The array that the record was in.
    package enum Kind: String, Sendable {
        case cdr
        case cel
    }

    package let kind: Kind
    /// The `record_id`: 32 hex digits in a valid record.
    package let recordID: String
    /// The uniqueid; empty when the record has none.
    package let uniqueID: String
    /// The JSON of the record, byte for byte as received.
    package let json: Bytes
}
