package import Basics

/// A CDR or CEL as it is stored and sent: encoded once, then passed on as bytes.
package struct CallRecord: Sendable {
    /// The event that the record was made from.
    package enum Kind: Sendable { case cdr, cel }

    package let kind: Kind
    /// The stable key (`record_id`).
    package let id: RecordID
    package let uniqueID: Bytes
    /// The key that the records of one call share: the linkedid, or the UniqueID when Asterisk sends none.
    package let linkedID: Bytes
    /// When the call ended or the event happened.
    package let time: Timestamp
    /// One JSON object.
    package let body: [UInt8]
}
