import Basics

/// Parses a `multipart/form-data` body while it arrives, with constant memory.
struct MultipartReader {
    enum Piece {
        /// A part begins, with these header lines.
        case head(Bytes)
        /// The next bytes of the part.
        case content(Bytes)
        /// The part is complete.
        case end
    }

    private enum State { case content, delimiter, head, done, broken }

    private static let longestHead = 16384
    /// The limit in RFC 2046.
    private static let longestBoundary = 70

    private let delimiter: [UInt8]
    private var pending: [UInt8] = [ASCII.carriageReturn, ASCII.newline]
    private var state = State.content
    private var isInPart = false
    /// How many bytes of a head were already searched for its end.
    private var searched = 0
    /// How many bytes were compared, for tests of the complexity.
    private(set) var steps = 0

    /// `nil` when the Content-Type is not that of a multipart form.
    init?(contentType: String) {
        let parts = contentType.split(separator: ";").map { $0.drop { $0 == " " } }
        guard parts.first == "multipart/form-data", let boundary = parts.first(where: { $0.hasPrefix("boundary=") }),
            (1...Self.longestBoundary).contains(boundary.utf8.count - 9)
        else { return nil }
        delimiter = Array("\r\n--\(boundary.dropFirst(9))".utf8)
    }

    /// Whether the last part and the end of the body have arrived.
    var isComplete: Bool { state == .done }

    mutating func append(_ bytes: UnsafeRawBufferPointer, _ visit: (Piece) -> Void) {
        unsafe pending.append(contentsOf: bytes)
        var start = 0
        while let next = step(pending[start...], visit) { start = next }
        pending.removeFirst(start)
    }

    /// Parses the next piece; returns the index of the rest, or `nil` when more bytes are needed.
    private mutating func step(_ bytes: Bytes, _ visit: (Piece) -> Void) -> Int? {
        switch state {
        case .content: return content(bytes, visit)
        case .delimiter:
            guard bytes.count >= 2 else { return nil }
            state = bytes.prefix(2).equals("--") ? .done : bytes.prefix(2).equals("\r\n") ? .head : .broken
            return bytes.startIndex + 2
        case .head:
            guard let end = endOfHead(in: bytes) else {
                if bytes.count > Self.longestHead { state = .broken }
                return nil
            }
            visit(.head(bytes[..<end]))
            isInPart = true
            state = .content
            return end + 4
        case .done, .broken: return bytes.isEmpty ? nil : bytes.endIndex
        }
    }

    /// The index of the blank line; skips the bytes that were already searched.
    private mutating func endOfHead(in bytes: Bytes) -> Int? {
        for index in (bytes.startIndex + searched)..<max(bytes.startIndex + searched, bytes.endIndex - 3) {
            steps += 1
            guard bytes[index..<(index + 4)].equals("\r\n\r\n") else { continue }
            searched = 0
            return index
        }
        searched = max(searched, bytes.count - 3)
        return nil
    }

    private mutating func content(_ bytes: Bytes, _ visit: (Piece) -> Void) -> Int? {
        var index = bytes.startIndex
        while let candidate = ASCII.firstIndex(
            of: ASCII.carriageReturn,
            in: bytes.span,
            from: index - bytes.startIndex,
            to: bytes.count
        ).map({ $0 + bytes.startIndex }) {
            let found = bytes[candidate...].prefix(delimiter.count)
            steps += found.count + candidate + 1 - index
            if found.elementsEqual(delimiter) {
                if isInPart {
                    visit(.content(bytes[..<candidate]))
                    visit(.end)
                }
                isInPart = false
                state = .delimiter
                return candidate + delimiter.count
            }
            if found.endIndex == bytes.endIndex && delimiter.starts(with: found) {
                return pass(bytes[..<candidate], visit)
            }
            index = candidate + 1
        }
        steps += bytes.endIndex - index
        return pass(bytes, visit)
    }

    private func pass(_ bytes: Bytes, _ visit: (Piece) -> Void) -> Int? {
        guard !bytes.isEmpty else { return nil }
        if isInPart { visit(.content(bytes)) }
        return bytes.endIndex
    }
}
