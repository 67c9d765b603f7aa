package import Basics

/// A CDR or CEL as it is kept and sent: encoded once, then only bytes.
package struct CallRecord: Sendable {
    package enum Kind: Sendable { case cdr, cel }

    package let kind: Kind
    package let id: RecordID
    package let uniqueID: Bytes
    /// What ties the records of one call together; the UniqueID where Asterisk does not tell.
    package let linkedID: Bytes
    /// When the call ended or the event happened.
    package let time: Timestamp
    /// One JSON object.
    package let body: [UInt8]
}
