import Basics
import HTTP
import TestSupport
import Testing

@testable import SocketIO

/// Clients that others wrote: python-socketio of Debian, and what two clients sent to python-socketio's server.
@Suite(.timeLimit(.minutes(5)))
struct RealClientTests {
    /// What python-socketio prints (Tests/SocketIOClient).
    private func client(_ service: SocketIOService, _ transports: String, token: String) async throws -> [String] {
        let script = "\(Fixture.testsDirectory)/SocketIOClient/client"
        let url = "http://127.0.0.1:\(service.port)"
        let process = try Subprocess(arguments: ["/usr/bin/python3", script, url, transports, token])
        try await process.exitStatus()
        return process.lines.map(\.text)
    }

    @Test(arguments: ["websocket", "polling", "polling,websocket"])
    func `python-socketio connects, gets an event and an answer, and disconnects`(transports: String) async throws {
        let service = try SocketIOService()
        let carrier = transports == "polling" ? "polling" : "websocket"
        let lines = try await client(service, transports, token: "T")
        #expect(
            lines == [
                "connected \(carrier)", "event call_1", "answer True ['extension:1001']", "disconnected",
            ],
            "if python-socketio is missing: scripts/setup --tests"
        )
        #expect(try await service.handler.ends() == [.client])
        #expect(service.handler.noted.events.map(\.name) == ["subscribe", "ping:server"])
        try await eventually("its session ends") { service.clients.count == 0 }
        try await service.stop()
    }

    @Test(arguments: ["websocket", "polling"])
    func `python-socketio is refused with a wrong token`(transports: String) async throws {
        let service = try SocketIOService()
        let lines = try await client(service, transports, token: "wrong")
        #expect(lines.last?.hasPrefix("refused ") == true, "\(lines)")
        try await service.stop()
    }

    /// What a client sent, piece by piece.
    private func pieces(_ fixture: String) throws -> [[UInt8]] {
        let lines = try Fixture.bytes("socketio/\(fixture).txt").split(separator: ASCII.newline)
        return lines.filter { $0.starts(with: Array("C> ".utf8)) }.map { PythonBytes.decoded($0.dropFirst(3)) }
    }

    /// What a client sent over a WebSocket, after its request.
    private func sent(_ fixture: String) throws -> (request: String, frames: [WebSocketInput]) {
        let pieces = try pieces(fixture).drop { !$0[...].text.contains("Upgrade") && !$0[...].text.contains("upgrade") }
        let frames = WebSocketReader().receive(pieces.dropFirst().flatMap { $0 }[...])
        return (pieces.first?[...].text ?? "", frames)
    }

    @Test(arguments: ["python-5.18.1-websocket", "javascript-4.8.1-websocket"])
    func `a captured client is served`(name: String) async throws {
        let service = try SocketIOService()
        let (request, frames) = try sent("\(name)-accepted")
        let raw = try await RawClient.connect(port: service.port, sending: request)
        let head = try await raw.read(until: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 101 ") && !head.contains("Sec-WebSocket-Extensions"))
        let peer = try await service.webSocket()
        #expect(try await peer.text().hasPrefix("0{"))
        var answered = 0
        for case .text(let text) in frames {
            try await peer.send(ClientFrame.bytes(1, text))
            if text.starts(with: Array("40".utf8)) {
                #expect(try await peer.text().hasPrefix(#"40{"sid":""#))
                #expect(try await peer.text().hasPrefix("42["))
            } else if text.starts(with: Array("42".utf8)), text.count > 2, ASCII.isDigit(text[2]) {
                #expect(try await peer.text().hasPrefix("43\(Character(Unicode.Scalar(text[2])))["))
                answered += 1
            } else if text.starts(with: Array("45".utf8)) {
                #expect(try await peer.closeCode() == 1003)
                break
            }
        }
        #expect(answered > 0)
        #expect(try await service.handler.ends() == [.refused])
        try await service.stop()
    }

    @Test func `a captured client that polls is served`() async throws {
        let service = try SocketIOService()
        let query = try await service.open()
        var answered = 0
        for request in try pieces("python-5.18.1-polling-accepted").map({ $0[...].text })
        where request.hasPrefix("POST") {
            let body = request.split(separator: "\r\n\r\n").last.map { String($0) } ?? ""
            let answer = try await service.post(query, body)
            guard !body.hasPrefix("45") else {
                #expect(answer.status == 400)
                break
            }
            #expect(answer == (200, "OK"))
            let text = try await service.get(query).text
            #expect(text.hasPrefix(body.hasPrefix("40") ? "40{" : "431["), "\(text)")
            answered += 1
        }
        #expect(answered == 2)
        #expect(try await service.handler.ends() == [.refused])
        try await service.stop()
    }

    @Test func `a captured client goes on with a WebSocket`() async throws {
        let service = try SocketIOService()
        let query = try await service.open()
        let peer = try await service.webSocket(query.replacing("polling", with: "websocket"))
        for case .text(let text) in try sent("python-5.18.1-polling-websocket-accepted").frames {
            try await peer.send(ClientFrame.bytes(1, text))
            switch text[...].text.prefix(2) {
            case "2p": #expect(try await peer.text() == "3probe")
            case "40":
                #expect(try await peer.text().hasPrefix("40{"))
                #expect(try await peer.text().hasPrefix("42["))
            case "42": #expect(try await peer.text().hasPrefix("431["))
            case "45": #expect(try await peer.closeCode() == 1003)
            default: break
            }
            if text.starts(with: Array("45".utf8)) { break }
        }
        #expect(try await service.handler.ends() == [.refused])
        try await service.stop()
    }

    @Test(arguments: ["python-5.18.1-websocket", "javascript-4.8.1-websocket"])
    func `a captured client with a wrong token is refused`(name: String) async throws {
        let service = try SocketIOService()
        let (_, frames) = try sent("\(name)-refused")
        let peer = try await service.webSocket()
        #expect(try await peer.text().hasPrefix("0{"))
        for input in frames {
            switch input {
            case .text(let text):
                try await peer.send(ClientFrame.bytes(1, Array(text[...].text.replacing(#""T""#, with: #""F""#).utf8)))
                #expect(try await peer.text() == #"44{"message":"Unauthorized"}"#)
            case .close(let code):
                try await peer.send(code.map { ClientFrame.close($0.rawValue) } ?? ClientFrame.bytes(8, []))
                #expect(await peer.isClosed())
            default: break
            }
        }
        try await service.stop()
    }
}

/// Python's way to write bytes: `b'a\x1e\r\n'`.
enum PythonBytes {
    static func decoded(_ text: Bytes) -> [UInt8] {
        var (result, rest): ([UInt8], Bytes) = ([], text.dropFirst(2).dropLast())
        while let byte = rest.popFirst() {
            guard byte == ASCII.backslash, let escape = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch escape {
            case UInt8(ascii: "n"): result.append(ASCII.newline)
            case UInt8(ascii: "r"): result.append(ASCII.carriageReturn)
            case UInt8(ascii: "t"): result.append(9)
            case UInt8(ascii: "x"):
                result.append(UInt8(rest.prefix(2).text, radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            default: result.append(escape)
            }
        }
        return result
    }
}
