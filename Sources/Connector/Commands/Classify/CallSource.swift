import Basics
import CallRecords

/// Calls out of a stream of bytes, in one of the forms that `classify` reads.
struct CallSource {
    /// A line that is not empty.
    enum Line {
        case call(ClassifiableCall)
        /// Not a call, and why.
        case refused(String)
    }

    private let isCSV: Bool
    private var objects = LineSplitter(limit: Self.longestObject)
    private var rows = CSVDecoder(limit: Self.longestRow)
    private var isAtEnd = false

    /// No call takes a megabyte; a row of cdr_csv has at most 1,023 bytes.
    private static let longestObject = 1 << 20
    private static let longestRow = 16 << 10

    init(isCSV: Bool) { self.isCSV = isCSV }

    /// The number of the line that was given last; for a row of several lines, of the first one.
    var lineNumber: Int { isCSV ? rows.line : objects.number }

    mutating func append(_ bytes: Bytes) {
        if isCSV { rows.append(bytes) } else { objects.append(bytes) }
    }

    /// No more bytes come: what is there is all.
    mutating func end() { isAtEnd = true }

    /// The next line, `nil` when more bytes are needed or there are no more.
    mutating func next() -> Line? { isCSV ? nextRow() : nextObject() }

    private mutating func nextObject() -> Line? {
        while let line = objects.next() ?? (isAtEnd ? objects.finish() : nil) {
            guard case .text(let text) = line else { return .refused("longer than \(Self.longestObject) bytes") }
            if text.allSatisfy({ $0 <= ASCII.space }) { continue }
            do throws(JSONError) {
                return .call(try ClassifiableCall(json: text))
            } catch {
                return .refused("not a JSON object: \(error)")
            }
        }
        return nil
    }

    private mutating func nextRow() -> Line? {
        switch rows.next(isAtEnd: isAtEnd) {
        case .values(let values):
            guard let row = MasterRow(values) else {
                return .refused("has \(values.count) columns; Master.csv of cdr_csv has 16 to 21")
            }
            return .call(ClassifiableCall(row))
        case .broken(let problem): return .refused("not a row of values: \(problem)")
        case nil: return nil
        }
    }
}
