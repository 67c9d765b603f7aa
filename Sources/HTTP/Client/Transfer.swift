import Basics
import Synchronization

/// One active request, and the part of the answer that has arrived.
///
/// `@unchecked Sendable`: after the start, only the loop's thread touches the variables; `cancelled` is atomic.
final class Transfer: @unchecked Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPError>

    /// The request, never changed: libcurl sends the body from its storage here.
    let request: HTTPRequest

    private let cancelled = Atomic<Bool>(false)

    /// The result of the transfer.
    let outcome = Promise<Outcome>()

    /// Whether the body was cut off because it is too long.
    private(set) var isTooLarge = false

    /// Whether the header lines were cut off because they are too long.
    private(set) var isHeadTooLarge = false

    /// Whether the blank line after the headers has arrived: libcurl reports success for an answer that ends before it.
    private(set) var isHeadComplete = false

    private var headBytes = 0
    private var headers = HTTPHeaders()
    private var body: [UInt8] = []

    init(_ request: HTTPRequest) { self.request = request }

    /// Whether the sender no longer wants the answer.
    var isCancelled: Bool { cancelled.load(ordering: .sequentiallyConsistent) }

    /// Called before the loop is notified, so that a cancellation that overtakes the start is not lost.
    func markCancelled() { cancelled.store(true, ordering: .sequentiallyConsistent) }

    /// Takes a line of the answer's head; false when the lines are too long.
    ///
    /// Each status line begins a new answer, as after an interim one.
    func appendHeaderLine(_ line: UnsafeRawBufferPointer) -> Bool {
        guard line.count <= HTTPResponse.maximumHeadSize - headBytes else {
            isHeadTooLarge = true
            return false
        }
        headBytes += line.count
        unsafe take(line)
        return true
    }

    private func take(_ line: UnsafeRawBufferPointer) {
        guard let colon = unsafe line.firstIndex(of: ASCII.colon), colon > 0 else {
            if unsafe line.starts(with: "HTTP/".utf8) {
                headers = HTTPHeaders()
                isHeadComplete = false
            } else if unsafe line.first == ASCII.carriageReturn || line.first == ASCII.newline {
                isHeadComplete = true
            }
            return
        }
        let name = unsafe line[..<colon].map(ASCII.lowercased)
        let value = unsafe Array(line[(colon + 1)...])[...].trimmed
        headers.append(String(decoding: name, as: UTF8.self), value.text)
    }

    /// Takes bytes of the body; false when the body is too long.
    func appendBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= request.longestAnswer else {
            isTooLarge = true
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    func response(status: Int) -> HTTPResponse { HTTPResponse(status: status, headers: headers, body: body) }

    /// Sets the outcome; only the first call counts.
    func finish(_ outcome: Outcome) { self.outcome.fulfil(outcome) }
}

extension Bytes {
    /// These bytes without surrounding blanks, tabs and line ends.
    fileprivate var trimmed: Bytes {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
        guard let start = firstIndex(where: { !isBlank($0) }), let end = lastIndex(where: { !isBlank($0) }) else {
            return []
        }
        return self[start...end]
    }
}
