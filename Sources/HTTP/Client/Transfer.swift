import Basics
import Synchronization

/// One request on its way, and the answer as far as it has come.
///
/// `@unchecked Sendable`: once started, only the loop's thread touches the variables; `cancelled` is atomic.
final class Transfer: @unchecked Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPError>

    /// The request, never changed: libcurl sends the body from where it lies in here.
    let request: HTTPRequest

    private let cancelled = Atomic<Bool>(false)

    /// What comes of it.
    let outcome = Promise<Outcome>()

    /// Whether the body was cut off because it is too long.
    private(set) var isTooLarge = false

    /// Whether the header lines were cut off because they are too long.
    private(set) var isHeadTooLarge = false

    /// Whether the blank line after the headers has come: libcurl calls an answer that ends before it a success.
    private(set) var isHeadComplete = false

    private var headBytes = 0
    private var headers = HTTPHeaders()
    private var body: [UInt8] = []

    init(_ request: HTTPRequest) { self.request = request }

    /// Whether nobody wants the answer any more.
    var isCancelled: Bool { cancelled.load(ordering: .sequentiallyConsistent) }

    /// Called before the loop is told, so that a cancellation which overtakes the start is not lost.
    func markCancelled() { cancelled.store(true, ordering: .sequentiallyConsistent) }

    /// Takes a line of the answer's head, false when they are too long; each status line begins a new answer, as after an
    /// interim one.
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

    /// Takes bytes of the body; false when they are too many.
    func appendBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= request.longestAnswer else {
            isTooLarge = true
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    func response(status: Int) -> HTTPResponse { HTTPResponse(status: status, headers: headers, body: body) }

    /// Hands over the outcome; the first one counts.
    func finish(_ outcome: Outcome) { self.outcome.fulfil(outcome) }
}

extension Bytes {
    /// Without the blanks, tabs and line ends around it.
    fileprivate var trimmed: Bytes {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
        guard let start = firstIndex(where: { !isBlank($0) }), let end = lastIndex(where: { !isBlank($0) }) else {
            return []
        }
        return self[start...end]
    }
}
