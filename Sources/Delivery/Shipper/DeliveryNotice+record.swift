import Basics
import Spool

extension DeliveryNotice {
    /// The notice with the kind and key of the first record of a batch.
    func naming(_ batch: FrozenBatch) -> DeliveryNotice {
        guard let record = batch.records.first else { return self }
        var notice = self
        let id = String(decoding: ASCII.hexadecimal(record.id), as: UTF8.self)
        notice.fields = [.init(own: "kind", record.kind.label), .init(own: "record_id", id)] + fields
        return notice
    }
}
