package import Basics
private import CWslay

/// Reads the frames that a client of a WebSocket sends (RFC 6455), with libwslay, and joins them to messages.
///
/// **Format.** A frame has a byte with FIN and an opcode, a length of 7, 16 or 64 bits, a mask of four bytes, and the
/// payload. A message is one frame or several, of which the last has FIN; control frames (close, ping, pong) may come
/// between them.
///
/// **Invariants.** Whatever the cuts of the stream are, the same messages come out. A message has at most
/// `messageLimit` bytes, which bounds the memory. After a close frame or a frame that breaks the protocol, nothing more
/// is read.
///
/// ```swift
/// let reader = WebSocketReader()
/// for input in reader.receive(bytes) {
///     if case .text(let message) = input { print(message.text) }
/// }
/// ```
///
/// One thread uses it.
@safe
package final class WebSocketReader {
    package static let messageLimit = 64 << 10

    private let limit: Int
    private let reader: UnsafeMutablePointer<cwslay_reader>?
    private var message: [UInt8] = []
    /// Whether the message is text; `nil` while there is none.
    private var isText: Bool?
    private var control: [UInt8] = []
    /// The bytes that the current frame still lacks.
    private var missing: UInt64 = 0
    /// Whether a close frame or a failure has come.
    package private(set) var isFinished = false

    /// - Parameter limit: the longest message, in bytes.
    package init(limit: Int = messageLimit) {
        self.limit = limit
        unsafe reader = cwslay_reader_create()
    }

    deinit { if let reader = unsafe reader { unsafe cwslay_reader_destroy(reader) } }

    /// Reads the next bytes of the stream; returns what they complete, in order.
    package func receive(_ bytes: Bytes) -> [WebSocketInput] {
        unsafe bytes.withUnsafeBufferPointer { unsafe receive($0) }
    }

    private func receive(_ bytes: UnsafeBufferPointer<UInt8>) -> [WebSocketInput] {
        guard !isFinished, bytes.count > 0 else { return [] }
        guard let reader = unsafe reader else { return [fail(.internalError)] }
        unsafe cwslay_reader_feed(reader, bytes.baseAddress, bytes.count)
        var inputs: [WebSocketInput] = []
        var piece = unsafe wslay_frame_iocb()
        while !isFinished {
            switch unsafe cwslay_reader_next(reader, &piece) {
            case 1: if let input = unsafe take(piece) { inputs.append(input) }
            case 0: return inputs
            default: inputs.append(fail(.protocolError))
            }
        }
        return inputs
    }

    /// Adds a piece of a frame; returns what it completes.
    private func take(_ piece: wslay_frame_iocb) -> WebSocketInput? {
        let opcode = UInt32(unsafe piece.opcode)
        let isControl = opcode >= WSLAY_CONNECTION_CLOSE.rawValue
        if missing == 0 {
            if let flaw = unsafe flaw(of: piece, isControl: isControl) { return fail(flaw) }
            unsafe missing = piece.payload_length
        }
        let count = unsafe piece.data_length
        // libwslay gives no more than the frame has.
        missing -= min(missing, UInt64(count))
        if count > 0 {
            let data = unsafe UnsafeBufferPointer(start: piece.data, count: count)
            if isControl { unsafe control.append(contentsOf: data) } else { unsafe message.append(contentsOf: data) }
        }
        guard missing == 0 else { return nil }
        if isControl { return controlFrame(opcode) }
        return unsafe piece.fin == 1 ? completeMessage() : nil
    }

    /// Why a frame that begins is refused; notes the kind of a message that begins.
    private func flaw(of piece: wslay_frame_iocb, isControl: Bool) -> WebSocketCode? {
        guard unsafe piece.mask == 1, unsafe piece.rsv == 0 else { return .protocolError }
        let opcode = UInt32(unsafe piece.opcode)
        // libwslay has checked that a control frame is short and whole.
        if isControl { return opcode <= WSLAY_PONG.rawValue ? nil : .protocolError }
        switch opcode {
        case WSLAY_CONTINUATION_FRAME.rawValue: if isText == nil { return .protocolError }
        case WSLAY_TEXT_FRAME.rawValue, WSLAY_BINARY_FRAME.rawValue:
            guard isText == nil else { return .protocolError }
            isText = opcode == WSLAY_TEXT_FRAME.rawValue
        default: return .protocolError
        }
        return unsafe piece.payload_length > UInt64(limit - message.count) ? .messageTooBig : nil
    }

    private func completeMessage() -> WebSocketInput {
        defer { (message, isText) = ([], nil) }
        guard isText == true else { return .binary(message) }
        return Self.isUTF8(message[...]) ? .text(message) : fail(.invalidData)
    }

    private func controlFrame(_ opcode: UInt32) -> WebSocketInput {
        defer { control = [] }
        switch opcode {
        case WSLAY_PING.rawValue: return .ping(control)
        case WSLAY_PONG.rawValue: return .pong
        default: return closeFrame()
        }
    }

    private func closeFrame() -> WebSocketInput {
        guard !control.isEmpty else {
            isFinished = true
            return .close(nil)
        }
        guard control.count >= 2 else { return fail(.protocolError) }
        let code = WebSocketCode(rawValue: UInt16(control[0]) << 8 | UInt16(control[1]))
        guard code.isSendable else { return fail(.protocolError) }
        guard Self.isUTF8(control.dropFirst(2)) else { return fail(.invalidData) }
        isFinished = true
        return .close(code)
    }

    private func fail(_ code: WebSocketCode) -> WebSocketInput {
        isFinished = true
        return .failure(code)
    }

    private static func isUTF8(_ bytes: Bytes) -> Bool {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return true
        } catch {
            return false
        }
    }
}

/// What a client has sent.
package enum WebSocketInput: Sendable, Equatable {
    /// A whole message of valid UTF-8.
    case text([UInt8])
    case binary([UInt8])
    case ping([UInt8])
    case pong
    /// The client closes; `nil` when it gives no code.
    case close(WebSocketCode?)
    /// The connection is to be closed with this code.
    case failure(WebSocketCode)
}
