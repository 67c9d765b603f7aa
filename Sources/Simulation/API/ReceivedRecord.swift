package import Basics

/// A record as it stands in a request.
package struct ReceivedRecord: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case cdr
        case cel
    }

    package let kind: Kind
    /// 32 hex digits, when the record is as it should be.
    package let recordID: String
    /// Empty when the record has none.
    package let uniqueID: String
    /// The record's JSON, byte for byte as it was received.
    package let json: Bytes
}
