import Basics
import Glibc

/// A telephone without audio on the loopback: it rings, answers, refuses, calls and hangs up by SIP over UDP (RFC 3261).
final class SIPPhone: Sendable {
    /// What it does when it is called.
    enum Manner: Sendable {
        case answers
        /// Rings until it is told to answer.
        case rings
        case isBusy
    }

    enum State: Sendable { case ringing, up, ended }

    private struct Dialog: Sendable {
        let callID: String
        /// From or To of this side, with its tag.
        let own: String
        var other: String
        /// Where requests go.
        var target: String
        var state = State.ringing
        var number = 1
        /// The request that the dialog began with, when the other side called.
        var invite: SIPMessage?
    }

    private struct Memory: Sendable {
        var manner = Manner.answers
        var dialogs: [Dialog] = []
        /// The port of the PBX, once known.
        var registrar: UInt16 = 0
        var lastTag = 0
        var isStopped = false
    }

    let name: String
    let port: UInt16
    private let descriptor: Int32
    private let memory = Lock(Memory())

    /// - Parameter manner: what it does when it is called.
    init(_ name: String, _ manner: Manner = .answers) throws {
        self.name = name
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        guard descriptor >= 0 else { throw SystemError("socket", name) }
        var address = Self.loopback(0)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var length = size
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard isBound else { throw SystemError("bind", name) }
        port = UInt16(bigEndian: address.sin_port)
        memory.withLock { $0.manner = manner }
        // So that the thread sees that it is to end.
        var wait = timeval(tv_sec: 0, tv_usec: 100_000)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        try Thread.detach("phone-\(name)") { [self] in work() }
    }

    func stop() { memory.withLock { $0.isStopped = true } }

    /// Tells it where the PBX listens.
    func connect(to port: UInt16) { memory.withLock { $0.registrar = port } }

    func set(_ manner: Manner) { memory.withLock { $0.manner = manner } }

    /// How many of its calls are in a state.
    func count(_ state: State) -> Int { memory.withLock { $0.dialogs.count { $0.state == state } } }

    /// Whether its phone rings or it talks.
    var isBusy: Bool { count(.ringing) + count(.up) > 0 }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    // MARK: What a person does

    /// Calls a number.
    func call(_ number: String) {
        let dialog = memory.withLock { memory in
            memory.lastTag += 1
            let dialog = Dialog(
                callID: "\(name)-\(memory.lastTag)-\(self.port)",
                own: "<sip:\(name)@127.0.0.1>;tag=\(memory.lastTag)-\(self.port)",
                other: "<sip:\(number)@127.0.0.1:\(memory.registrar)>",
                target: "sip:\(number)@127.0.0.1:\(memory.registrar)"
            )
            memory.dialogs.append(dialog)
            return dialog
        }
        request("INVITE", in: dialog, body: sessionDescription)
    }

    /// Takes all calls that ring.
    func answer() {
        let ringing = memory.withLock { memory in
            memory.dialogs.indices.compactMap { index -> Dialog? in
                guard memory.dialogs[index].state == .ringing, memory.dialogs[index].invite != nil else { return nil }
                memory.dialogs[index].state = .up
                return memory.dialogs[index]
            }
        }
        for dialog in ringing {
            if let invite = dialog.invite { reply(200, "OK", to: invite, own: dialog.own, body: sessionDescription) }
        }
    }

    /// Ends all calls that are up.
    func hangUp() {
        let ended = memory.withLock { memory in
            memory.dialogs.indices.compactMap { index -> Dialog? in
                guard memory.dialogs[index].state == .up else { return nil }
                memory.dialogs[index].state = .ended
                memory.dialogs[index].number += 1
                return memory.dialogs[index]
            }
        }
        for dialog in ended { request("BYE", in: dialog) }
    }

    // MARK: What the phone does

    private func work() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !memory.withLock({ $0.isStopped }) {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 { receive(SIPMessage(buffer[..<count].text)) }
        }
        close(descriptor)
    }

    private func receive(_ message: SIPMessage) {
        if let status = message.status { return takeAnswer(message, status) }
        switch message.method {
        case "INVITE": takeInvite(message)
        case "ACK": break
        case "CANCEL":
            reply(200, "OK", to: message, own: message["to"])
            if let dialog = end(message["call-id"], if: .ringing), let invite = dialog.invite {
                reply(487, "Request Terminated", to: invite, own: dialog.own)
            }
        case "BYE":
            end(message["call-id"])
            reply(200, "OK", to: message, own: message["to"])
        default: reply(200, "OK", to: message, own: message["to"])
        }
    }

    @discardableResult
    private func end(_ callID: String, if state: State? = nil) -> Dialog? {
        memory.withLock { memory in
            guard let index = memory.dialogs.firstIndex(where: { $0.callID == callID }),
                state.map({ $0 == memory.dialogs[index].state }) ?? true
            else { return nil }
            memory.dialogs[index].state = .ended
            return memory.dialogs[index]
        }
    }

    private func takeInvite(_ invite: SIPMessage) {
        let (manner, known, dialog) = memory.withLock { memory -> (Manner, Dialog?, Dialog?) in
            if let known = memory.dialogs.first(where: { $0.callID == invite["call-id"] }) {
                return (memory.manner, known, nil)
            }
            memory.lastTag += 1
            var dialog = Dialog(
                callID: invite["call-id"],
                own: "\(invite["to"]);tag=\(memory.lastTag)-\(port)",
                other: invite["from"],
                target: invite.contact ?? ""
            )
            dialog.invite = invite
            dialog.state = memory.manner == .isBusy ? .ended : memory.manner == .answers ? .up : .ringing
            memory.dialogs.append(dialog)
            return (memory.manner, nil, dialog)
        }
        if let known, known.state == .up {
            return reply(200, "OK", to: invite, own: known.own, body: sessionDescription)
        }
        guard let dialog else { return }
        switch manner {
        case .isBusy: reply(486, "Busy Here", to: invite, own: dialog.own)
        case .rings: reply(180, "Ringing", to: invite, own: dialog.own)
        case .answers:
            reply(180, "Ringing", to: invite, own: dialog.own)
            reply(200, "OK", to: invite, own: dialog.own, body: sessionDescription)
        }
    }

    private func takeAnswer(_ answer: SIPMessage, _ status: Int) {
        guard answer.sequence.method == "INVITE", status >= 180 else { return }
        let dialog = memory.withLock { memory -> Dialog? in
            guard let index = memory.dialogs.firstIndex(where: { $0.callID == answer["call-id"] }) else { return nil }
            memory.dialogs[index].other = answer["to"]
            if let contact = answer.contact { memory.dialogs[index].target = contact }
            if status >= 200 { memory.dialogs[index].state = status < 300 ? .up : .ended }
            return memory.dialogs[index]
        }
        if let dialog, status >= 200 { request("ACK", in: dialog, number: answer.sequence.number) }
    }

    // MARK: Messages

    private var sessionDescription: String {
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            + "m=audio \(port) RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n"
    }

    private func request(_ method: String, in dialog: Dialog, number: String? = nil, body: String = "") {
        let branch = "z9hG4bK-\(dialog.callID)-\(method)-\(number ?? "\(dialog.number)")"
        send(
            [
                "\(method) \(dialog.target) SIP/2.0", "Via: SIP/2.0/UDP 127.0.0.1:\(port);branch=\(branch)",
                "Max-Forwards: 70", "From: \(dialog.own)", "To: \(dialog.other)", "Call-ID: \(dialog.callID)",
                "CSeq: \(number ?? "\(dialog.number)") \(method)",
            ],
            body
        )
    }

    private func reply(_ status: Int, _ reason: String, to request: SIPMessage, own: String, body: String = "") {
        send(
            ["SIP/2.0 \(status) \(reason)"] + request.values("via").map { "Via: \($0)" }
                + [
                    "From: \(request["from"])", "To: \(own)", "Call-ID: \(request["call-id"])",
                    "CSeq: \(request["cseq"])",
                ],
            body
        )
    }

    private func send(_ head: [String], _ body: String) {
        var lines = head + ["Contact: <sip:\(name)@127.0.0.1:\(port)>"]
        if !body.isEmpty { lines.append("Content-Type: application/sdp") }
        lines += ["Content-Length: \(body.utf8.count)", "", body]
        let bytes = Array(lines.joined(separator: "\r\n").utf8)
        var address = Self.loopback(memory.withLock { $0.registrar })
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = unsafe sendto(descriptor, bytes, bytes.count, 0, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
