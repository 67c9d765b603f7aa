import Basics
import Spool

/// The JSON of a request, `{"cdrs":[…],"cels":[…]}`, joined from records that are already JSON.
enum RequestBody {
    static func encoded(_ batch: FrozenBatch) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(batch.records.reduce(32) { $0 + $1.body.count + 1 })
        body.append(contentsOf: #"{"cdrs":["#.utf8)
        append(.cdr, of: batch, to: &body)
        body.append(contentsOf: #"],"cels":["#.utf8)
        append(.cel, of: batch, to: &body)
        body.append(contentsOf: "]}".utf8)
        return body
    }

    private static func append(_ kind: RecordKind, of batch: FrozenBatch, to body: inout [UInt8]) {
        var isFirst = true
        for record in batch.records where record.kind == kind {
            if !isFirst { body.append(ASCII.comma) }
            isFirst = false
            body.append(contentsOf: record.body)
        }
    }
}
