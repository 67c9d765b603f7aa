import Basics
import Glibc
import TestSupport
import Testing

@testable import HTTP

struct MultipartTests {
    private let client: HTTPClient
    private let directory = TemporaryDirectory()

    init() throws { client = try HTTPClient() }

    /// Keeps the body that arrives, so that the request has none of it.
    private final class Collector: BodySink {
        let bytes = Lock<[UInt8]>([])

        func append(_ bytes: UnsafeRawBufferPointer) {
            let copy = unsafe Array(bytes)
            self.bytes.withLock { $0 += copy }
        }
    }

    /// A server that answers with the number of bytes that its sink took.
    private func server(_ collector: Collector, status: Int = 200) throws -> HTTPServer {
        var options = HTTPServerOptions(.threadPerConnection)
        options.maxBodyBytes = 10
        options.sink = { path, headers in
            path == "/recording" && headers["Content-Type"] != nil ? collector : nil
        }
        return try HTTPServer(host: "127.0.0.1", port: 0, options: options) { request in
            ServerResponse(status: status, text: "\(request.body.count) \(request.sink != nil)")
        }
    }

    /// A server that accepts connections and reads nothing.
    private func silent(until end: EventFD) throws -> RawServer {
        try RawServer { connection in
            _ = Poll.wait(for: .read, on: end.descriptor, timeout: .seconds(120))
            withExtendedLifetime(connection) {}
        }
    }

    private func upload(_ bytes: [UInt8], size: Int? = nil) throws -> FileUpload {
        let path = directory.file("a.wav")
        try FileContents.write(bytes, to: path)
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        try #require(number >= 0)
        return FileUpload(FileDescriptor(number), size: size ?? bytes.count)
    }

    private func request(_ url: String, _ file: FileUpload, name: String = "a.wav") -> HTTPRequest {
        let form = MultipartForm(
            fields: [.init("recording_id", Array("1795224725.1".utf8)), .init("queue_name", [])],
            fileField: "audio",
            fileName: Array(name.utf8),
            contentType: "audio/wav",
            file: file
        )
        return HTTPRequest(.post, "\(url)/recording", headers: ["X-Key": "k"], body: .multipart(form))
    }

    @Test(arguments: [0, 1, 65536, 3_000_000])
    func `fields go first and the file last, as it is`(size: Int) async throws {
        let collector = Collector()
        let server = try server(collector)
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 31) }
        let file = try upload(bytes)
        let response = try await client.send(request(server.url, file))
        #expect(response.text == "0 true", "nothing of the body is in memory")
        let body = collector.bytes.withLock { $0 }
        let boundary = Array(body.prefix { $0 != ASCII.carriageReturn })
        let head = """
            \(boundary[...].text)\r\nContent-Disposition: form-data; name="recording_id"\r\n\r\n1795224725.1\r\n\
            \(boundary[...].text)\r\nContent-Disposition: form-data; name="queue_name"\r\n\r\n\r\n\
            \(boundary[...].text)\r\nContent-Disposition: form-data; name="audio"; filename="a.wav"\r\n\
            Content-Type: audio/wav\r\n\r\n
            """
        #expect(body == Array(head.utf8) + bytes + Array("\r\n".utf8) + boundary + Array("--\r\n".utf8))
        #expect(file.bytesSent == size)
        #expect(file.sentDigest() == Digest.sha256(bytes))
    }

    @Test func `quotes and line ends in the name do no harm`() async throws {
        let collector = Collector()
        let server = try server(collector)
        _ = try await client.send(request(server.url, upload([1]), name: "it's \"a\"\r\nX: y.wav"))
        let text = collector.bytes.withLock { $0[...].text }
        #expect(text.contains(#"filename="it's %22a%22%0D%0AX: y.wav""#))
    }

    @Test func `a file that became shorter is not sent as if it were whole`() async throws {
        let server = try server(Collector())
        let file = try upload([1, 2, 3], size: 300_000)
        let error = await failure { () async throws(HTTPError) in try await client.send(request(server.url, file)) }
        #expect(error == .file("it became shorter"))
        #expect(file.sentDigest() == nil)
    }

    @Test func `what is appended meanwhile is not sent`() async throws {
        let collector = Collector()
        let server = try server(collector)
        let file = try upload([1, 2, 3, 4, 5], size: 3)
        _ = try await client.send(request(server.url, file))
        #expect(file.sentDigest() == Digest.sha256([1, 2, 3]))
    }

    @Test func `one handle sends forms and other requests in turn`() async throws {
        let collector = Collector()
        let server = try server(collector, status: 201)
        for _ in 0..<3 {
            #expect(try await client.send(request(server.url, upload([1, 2]))).text == "0 true")
            #expect(try await client.send(HTTPRequest(.get, server.url)).text == "0 false")
            #expect(try await client.send(HTTPRequest(.post, server.url, body: .bytes([1, 2]))).text == "2 false")
        }
    }

    @Test func `a repeat begins at the first byte`() throws {
        let file = try upload([1, 2, 3])
        var buffer = [UInt8](repeating: 0, count: 2)
        func read() -> Int? { unsafe buffer.withUnsafeMutableBytes { unsafe file.read(into: $0) } }
        #expect(read() == 2)
        #expect(file.seek(to: 1) == false)
        #expect(file.seek(to: 0))
        #expect(file.bytesSent == 0)
        #expect([read(), read(), read()] == [2, 1, 0])
        #expect(file.sentDigest() == Digest.sha256([1, 2, 3]))
    }

    @Test func `a receiver that stops reading is given up`() async throws {
        let end = try EventFD()
        let server = try silent(until: end)
        defer {
            end.signal()
            server.stop()
        }
        let file = try upload([1])
        unsafe truncate(directory.file("a.wav"), 1 << 30)
        let large = FileUpload(FileDescriptor(unsafe open(directory.file("a.wav"), O_RDONLY)), size: 1 << 30)
        var request = request(server.url, large)
        request.timeout = .seconds(3600)
        request.stallTimeout = .seconds(1)
        let error = await failure { () async throws(HTTPError) in try await client.send(request) }
        #expect(error?.kind == .timedOut)
        #expect(large.bytesSent < 1 << 30)
        #expect(file.bytesSent == 0)
    }

    @Test func `an upload is cancelled at once`() async throws {
        let end = try EventFD()
        let server = try silent(until: end)
        defer {
            end.signal()
            server.stop()
        }
        _ = try upload([1])
        unsafe truncate(directory.file("a.wav"), 1 << 30)
        let large = FileUpload(FileDescriptor(unsafe open(directory.file("a.wav"), O_RDONLY)), size: 1 << 30)
        let request = request(server.url, large)
        let task = Task { [client] in
            await failure { () async throws(HTTPError) in try await client.send(request) }
        }
        try await eventually("the upload begins") { large.bytesSent > 0 }
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(large.sentDigest() == nil)
    }

    @Test func `an upload may be slowed down`() async throws {
        let collector = Collector()
        let server = try server(collector)
        var request = try request(server.url, upload([UInt8](repeating: 1, count: 100_000)))
        request.maxBytesPerSecond = 1_000_000
        request.stallTimeout = .seconds(30)
        #expect(try await client.send(request).status == 200)
    }
}
