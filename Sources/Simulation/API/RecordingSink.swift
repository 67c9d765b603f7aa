import Basics
import HTTP

/// Receives the body of a request with a recording: keeps its fields, counts and hashes its file.
///
/// `@unchecked Sendable`: only the thread of its connection uses it.
final class RecordingSink: BodySink, @unchecked Sendable {
    private static let longestField = 65536

    private var reader: MultipartReader?
    private var name = ""
    private var isFile = false
    private var value: [UInt8] = []
    private var fields: [String: String] = [:]
    private var fileName = ""
    private var contentType = ""
    private var size = 0
    private let digest = RunningDigest()
    private var files = 0
    private var fault: String?

    init(contentType: String) { reader = MultipartReader(contentType: contentType) }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard var reader else { return }
        self.reader = nil
        unsafe reader.append(bytes) { take($0) }
        self.reader = reader
    }

    private func take(_ piece: MultipartReader.Piece) {
        switch piece {
        case .head(let head):
            if files > 0 { fault = "the file must be the last part" }
            begin(head.text)
        case .content(let bytes):
            if isFile {
                size += bytes.count
                digest.append(bytes)
            } else if value.count + bytes.count <= Self.longestField {
                value += bytes
            } else {
                fault = "the field \(name) is too long"
            }
        case .end:
            if isFile { files += 1 } else { fields[name] = value[...].text }
        }
    }

    private func begin(_ head: String) {
        value = []
        name = Self.parameter("name", of: head) ?? ""
        isFile = Self.parameter("filename", of: head) != nil
        guard isFile else { return }
        fileName = Self.parameter("filename", of: head) ?? ""
        let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-type: ") }
        contentType = line.map { String($0.dropFirst(14)) } ?? ""
        if name != "audio" { fault = "the file must be in the part audio" }
    }

    private static func parameter(_ name: String, of head: String) -> String? {
        guard let start = head.firstRange(of: "; \(name)=\"")?.upperBound else { return nil }
        return String(head[start...].prefix { $0 != "\"" })
    }

    /// Returns the recording of a complete request; call it once.
    func finish(key: String) throws(Contract.Violation) -> ReceivedRecording {
        let recording = try form(key: key)
        guard recording.fields["recording_id"]?.isEmpty == false else {
            throw Contract.Violation("recording_id is missing")
        }
        guard recording.fields["sha256"] == recording.sha256, recording.fields["file_size"] == "\(recording.size)"
        else {
            throw Contract.Violation("sha256 and file_size must be those of the file")
        }
        return recording
    }

    /// Returns the fields and the file of a complete request, whatever the fields are; call it once.
    func form(key: String) throws(Contract.Violation) -> ReceivedRecording {
        guard let reader else { throw Contract.Violation("Content-Type must be multipart/form-data with a boundary") }
        if let fault { throw Contract.Violation(fault) }
        guard reader.isComplete, files == 1 else {
            throw Contract.Violation("the body ends before its end, or has no file")
        }
        return ReceivedRecording(
            key: key,
            fields: fields,
            fileName: fileName,
            contentType: contentType,
            size: size,
            sha256: ASCII.hexadecimal(digest.finish())[...].text
        )
    }
}
