import Basics
import Glibc
import HTTP
import TestSupport
import Testing

@testable import Simulation

struct RecordingTests {
    private let api: SimulatedAPI
    private let client: HTTPClient
    private let directory = TemporaryDirectory()

    init() throws {
        api = try SimulatedAPI()
        client = try HTTPClient(.init(userAgent: "Asterisk-Connector/1"))
    }

    private func post(
        _ bytes: [UInt8],
        key: String? = #""k1""#,
        change: (inout MultipartForm) -> Void = { _ in }
    ) async throws -> HTTPResponse {
        try FileContents.write(bytes, to: directory.file("a.wav"))
        let descriptor = FileDescriptor(unsafe open(directory.file("a.wav"), O_RDONLY | O_CLOEXEC))
        var form = MultipartForm(
            fields: [
                .init("recording_id", Array("1795224725.1".utf8)), .init("queue_name", []),
                .init("file_size", Array("\(bytes.count)".utf8)),
                .init("sha256", ASCII.hexadecimal(Digest.sha256(bytes))),
            ],
            fileField: "audio",
            fileName: Array("a.wav".utf8),
            contentType: "audio/wav",
            file: FileUpload(descriptor, size: bytes.count)
        )
        change(&form)
        var headers: HTTPHeaders = ["Authorization": "Bearer k", "X-Asterisk-Hostname": "pbx"]
        if let key { headers.append("Idempotency-Key", key) }
        let request = HTTPRequest(
            .post,
            "\(api.url)/mqs/recording",
            headers: headers,
            body: .multipart(form),
            timeout: .seconds(120)
        )
        return try await client.send(request)
    }

    /// The last size is over the limit of other bodies; its end is silence.
    @Test(arguments: [0, 1, 100_000, 17 << 20])
    func `a recording of any size is taken with its fields`(size: Int) async throws {
        let begin = (0..<min(size, 100_000)).map { $0 % 3 == 0 ? ASCII.carriageReturn : UInt8(truncatingIfNeeded: $0) }
        let bytes = begin + [UInt8](repeating: 0, count: size - begin.count)
        let response = try await post(bytes)
        #expect(response.status == 202, "\(response.text)")
        let recording = try #require(api.recordings.first)
        #expect(recording.fields["recording_id"] == "1795224725.1")
        #expect(recording.fields["queue_name"] == "")
        #expect((recording.fileName, recording.contentType, recording.size) == ("a.wav", "audio/wav", size))
        #expect(recording.sha256 == ASCII.hexadecimal(Digest.sha256(bytes))[...].text)
        #expect(api.recordingStatistics.bytes == size)
        #expect(api.statistics.requests == 0)
    }

    @Test func `what the contract does not allow is refused`() async throws {
        let changes: [(inout MultipartForm) -> Void] = [
            { $0.fields.removeFirst() }, { $0.fields[3] = .init("sha256", Array("00".utf8)) },
            { $0.fileField = "file" },
        ]
        for change in changes {
            let response = try await post([1], change: change)
            #expect(response.status == 400)
        }
        let url = "\(api.url)/mqs/recording"
        #expect(try await client.send(HTTPRequest(.get, url)).status == 405)
        #expect(try await client.send(HTTPRequest(.post, url, body: .bytes([1]))).status == 401)
        #expect(api.recordings.isEmpty)
        #expect(try await post([1], key: nil).status == 400)
        #expect(api.recordingStatistics.violations == 5)
    }

    @Test func `recordings meet faults of their own`() async throws {
        api.setBehaviour(.first(1, .status(500)))
        api.setRecordingBehaviour(.first(1, .status(413)))
        #expect(try await post([1]).status == 413)
        #expect(try await post([1]).status == 202)
        // On a kept connection libcurl repeats by itself what found it dead, with the whole file.
        api.setRecordingBehaviour(.first(1, .answerLost))
        #expect(try await post([1, 2, 3]).status == 202)
        #expect(api.recordings.map(\.size) == [1, 3, 3])
        let behaviour = HTTPRequest(
            .post,
            "http://127.0.0.1:\(api.port)/simulation/recordings",
            body: .bytes(Array(#"{"sequence":[{"status":503}]}"#.utf8))
        )
        #expect(try await client.send(behaviour).status == 204)
        #expect(try await post([1]).status == 503)
    }

    @Test(arguments: [1, 2, 7, 64, 10_000])
    func `a form is read in pieces of any size`(piece: Int) throws {
        var reader = try #require(MultipartReader(contentType: "multipart/form-data; boundary=XX"))
        let content = "a\r\n--X\r\r\n\r\n--XY--"
        let body = Array(
            "--XX\r\nname: 1\r\n\r\n\(content)\r\n--XX\r\nname: 2\r\n\r\n\r\n--XX\r\nA: b\r\nC: d\r\n\r\nend\r\n--XX--\r\n"
                .utf8
        )
        var parts: [(head: String, content: [UInt8], isComplete: Bool)] = []
        for start in stride(from: 0, to: body.count, by: piece) {
            unsafe body[start..<min(start + piece, body.count)].withUnsafeBytes { bytes in
                unsafe reader.append(bytes) { piece in
                    switch piece {
                    case .head(let head): parts.append((head.text, [], false))
                    case .content(let bytes): parts[parts.count - 1].content += bytes
                    case .end: parts[parts.count - 1].isComplete = true
                    }
                }
            }
        }
        #expect(reader.isComplete)
        #expect(parts.map(\.head) == ["name: 1", "name: 2", "A: b\r\nC: d"])
        #expect(parts.map { $0.content[...].text } == [content, "", "end"])
        #expect(parts.map(\.isComplete) == [true, true, true])
    }

    @Test(arguments: ["head", "returns", "almost", "long"], [1, 7, 4096])
    func `a form takes no more steps than a multiple of its size, in pieces of any size`(kind: String, piece: Int)
        throws
    {
        let boundary = String(repeating: "b", count: kind == "long" ? 70 : 2)
        var reader = try #require(MultipartReader(contentType: "multipart/form-data; boundary=\(boundary)"))
        let part = "--\(boundary)\r\nname: 1\r\n\r\n"
        let text =
            switch kind {
            case "head": String(repeating: "--bb\r\n\(String(repeating: "h", count: 6000))\r\n\r\nx\r\n", count: 4)
            case "returns": part + String(repeating: "\r", count: 6000)
            case "almost": part + String(repeating: "\r\n--b", count: 1200)
            default: part + String(repeating: "\r\n--" + boundary.dropLast(), count: 80)
            }
        let body = Array(text.utf8)
        for start in stride(from: 0, to: body.count, by: piece) {
            unsafe body[start..<min(start + piece, body.count)].withUnsafeBytes { unsafe reader.append($0) { _ in } }
        }
        #expect(reader.steps <= 80 * body.count, "\(reader.steps) for \(body.count)")
    }

    @Test(arguments: [0, 71])
    func `a boundary has 1 to 70 letters`(count: Int) {
        let boundary = String(repeating: "b", count: count)
        #expect(MultipartReader(contentType: "multipart/form-data; boundary=\(boundary)") == nil)
    }
}
