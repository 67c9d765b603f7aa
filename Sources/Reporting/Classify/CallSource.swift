import Basics
import CallRecords

/// Reads calls from a stream of bytes, as JSON lines or CSV rows.
struct CallSource {
    /// A line that is not empty.
    enum Line {
        case call(ClassifiableCall)
        /// Not a call, with the reason.
        case refused(String)
    }

    private let isCSV: Bool
    private var objects = LineSplitter(limit: Self.longestObject)
    private var rows = CSVDecoder(limit: Self.longestRow)
    private var isAtEnd = false
    /// The first bytes while they may be a byte order mark; `nil` once that is decided.
    private var mark: [UInt8]? = []

    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    /// The longest input in bytes; a row of cdr_csv has at most 1,023.
    private static let longestObject = 1 << 20
    private static let longestRow = 16 << 10

    init(isCSV: Bool) { self.isCSV = isCSV }

    /// The number of the last line; the first line of a row that spans several.
    var lineNumber: Int { isCSV ? rows.line : objects.number }

    mutating func append(_ bytes: Bytes) {
        guard let begun = mark else { return pass(bytes) }
        let start = begun + bytes
        if Self.byteOrderMark.starts(with: start) && start.count < Self.byteOrderMark.count {
            mark = start
        } else {
            mark = nil
            pass(start.starts(with: Self.byteOrderMark) ? start[Self.byteOrderMark.count...] : start[...])
        }
    }

    private mutating func pass(_ bytes: Bytes) {
        if isCSV { rows.append(bytes) } else { objects.append(bytes) }
    }

    /// Ends the input.
    mutating func end() {
        if let begun = mark { pass(begun[...]) }
        mark = nil
        isAtEnd = true
    }

    /// The next line; `nil` when more bytes are needed or the input has ended.
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
            do throws(MasterRowError) {
                return .call(ClassifiableCall(try MasterRow(values)))
            } catch {
                return .refused("\(error)")
            }
        case .broken(let problem): return .refused("not a row of values: \(problem)")
        case nil: return nil
        }
    }
}
