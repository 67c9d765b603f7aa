import Basics
import Glibc
import TestSupport
import Testing

/// Headless Chromium with one page, spoken to in its debugging protocol over two pipes.
///
/// `@unchecked Sendable`: a test makes one call at a time.
final class Browser: @unchecked Sendable {
    /// Where it is installed; `nil` when it is not.
    static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].first { (path: String) in
        unsafe access(path, X_OK) == 0
    }

    private let directory: TemporaryDirectory
    private let process: Subprocess
    private let commands: FileDescriptor
    private let answers: FileDescriptor
    private var received: [UInt8] = []
    private var lastCall = 0
    private var session: String?
    /// What the page wrote to its console, what it broke of its policy, and what was thrown in it.
    private(set) var complaints: [String] = []

    /// Starts it with an empty page.
    init(in directory: TemporaryDirectory) async throws {
        let path = try #require(Self.path)
        self.directory = directory
        for name in ["commands", "answers"] { _ = unsafe mkfifo(directory.file(name), 0o600) }
        // Opened for both ways, so that nobody waits for the other end.
        commands = FileDescriptor(unsafe open(directory.file("commands"), O_RDWR | O_CLOEXEC))
        answers = FileDescriptor(unsafe open(directory.file("answers"), O_RDWR | O_CLOEXEC | O_NONBLOCK))
        let options = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run"
        process = try Subprocess(
            arguments: [
                "sh", "-c",
                "exec \(path) \(options) --remote-debugging-pipe --user-data-dir=$0/profile 3<$0/commands 4>$0/answers",
                directory.path,
            ],
            environment: ["HOME": directory.path]
        )
        let target = try await call("Target.createTarget", #"{"url":"about:blank"}"#)["targetId"]?.string ?? ""
        let attached = try await call("Target.attachToTarget", #"{"targetId":"\#(target)","flatten":true}"#)
        session = attached["sessionId"]?.string
        for domain in ["Page", "Runtime", "Log"] { try await call("\(domain).enable") }
    }

    func close() async throws {
        session = nil
        try await call("Browser.close")
        try await process.exitStatus()
    }

    /// Does something and returns its result; `parameters` is JSON.
    @discardableResult
    func call(_ method: String, _ parameters: String = "{}") async throws -> JSONValue {
        lastCall += 1
        let target = session.map { #","sessionId":"\#($0)""# } ?? ""
        let message = #"{"id":\#(lastCall),"method":"\#(method)","params":\#(parameters)\#(target)}"#
        try commands.writeAll((Array(message.utf8) + [0])[...], subject: "the browser")
        while true {
            let answer = try await nextMessage()
            if answer["id"] == nil { note(answer) }
            guard answer["id"] == .integer(lastCall) else { continue }
            if let error = answer["error"] { throw Refused(description: "\(method): \(error)") }
            return answer["result"] ?? .null
        }
    }

    /// The value of an expression of JavaScript.
    func evaluate(_ expression: String) async throws -> JSONValue {
        var text = JSONWriter()
        text.string(expression)
        let parameters = #"{"expression":\#(text.text),"returnByValue":true,"awaitPromise":true}"#
        return try await call("Runtime.evaluate", parameters)["result"]?["value"] ?? .null
    }

    /// The whole page as a PNG, of a window with this width.
    func screenshot(width: Int, scale: Int = 1, isDark: Bool) async throws -> [UInt8] {
        let size = #"{"width":\#(width),"height":900,"deviceScaleFactor":\#(scale),"mobile":\#(width < 1000)}"#
        try await call("Emulation.setDeviceMetricsOverride", size)
        let scheme = #"{"name":"prefers-color-scheme","value":"\#(isDark ? "dark" : "light")"}"#
        try await call("Emulation.setEmulatedMedia", #"{"features":[\#(scheme)]}"#)
        // Two frames later everything is laid out and painted.
        _ = try await evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        let picture = try await call("Page.captureScreenshot", #"{"format":"png","captureBeyondViewport":true}"#)
        return Self.base64Decoded(picture["data"]?.string ?? "")
    }

    /// The text of the first element that a selector finds.
    func text(_ selector: String) async throws -> String {
        try await evaluate("document.querySelector('\(selector)')?.textContent").string ?? ""
    }

    /// Fails the test when the page is wider than the window, on phones and on desks.
    func expectNothingSticksOut() async throws {
        for width in [320, 360, 820, 1280] {
            _ = try await screenshot(width: width, isDark: false)
            let overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            #expect(try await evaluate(overflow) == .integer(0), "nothing sticks out at \(width)")
        }
    }

    /// Writes a screenshot to the directory that PAGE_PICTURES names, if it does.
    func picture(_ name: String, width: Int, scale: Int = 1, isDark: Bool) async throws {
        guard let directory = environmentVariable("PAGE_PICTURES"), !directory.isEmpty else { return }
        let picture = try await screenshot(width: width, scale: scale, isDark: isDark)
        try FileContents.write(picture, to: "\(directory)/\(name).png")
    }

    private func note(_ event: JSONValue) {
        let isComplaint = ["Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"]
            .contains(event["method"]?.string)
        if isComplaint { complaints.append("\(event["params"] ?? .null)") }
    }

    private func nextMessage() async throws -> JSONValue {
        let browser = self
        let message = try await Thread.run("browser") { browser.readMessage() }
        guard let message else { throw Refused(description: "no answer; it wrote \(process.lines.map(\.text))") }
        return try JSONParser.parse(message[...])
    }

    /// Blocks.
    private func readMessage() -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            if let end = received.firstIndex(of: 0) {
                defer { received.removeSubrange(...end) }
                return Array(received[..<end])
            }
            guard Poll.wait(for: .read, on: answers.number, timeout: .seconds(60)) == .ready else { return nil }
            let count = unsafe read(answers.number, &chunk, chunk.count)
            if count > 0 { received += chunk[..<count] }
        }
    }

    private static func base64Decoded(_ text: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var values = [UInt32?](repeating: nil, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt32(value) }
        var bytes: [UInt8] = []
        var (bits, count): (UInt32, Int) = (0, 0)
        for byte in text.utf8 {
            guard let value = values[Int(byte)] else { break }
            bits = bits << 6 | value
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        return bytes
    }

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }
}
