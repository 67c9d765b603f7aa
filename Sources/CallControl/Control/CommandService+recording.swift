import AMI
import Basics
import HTTP
import LiveCalls

/// Recordings of calls, on the agent's channel.
extension CommandService {
    enum RecordingAction: String, Sendable, CaseIterable { case start, stop, pause, resume }

    func record(
        _ action: RecordingAction,
        _ target: CommandTarget,
        by account: Account,
        _ run: CommandRun
    ) async throws(RequestFailure) {
        guard let own = target.own, own.state == .up else { throw target.wrongState }
        let state = own.recording
        func check(_ allowed: LiveChannel.Recording...) throws(RequestFailure) {
            guard allowed.contains(state) else { throw CallsFailure.wrongState.because("Recording is \(state)") }
        }
        switch action {
        case .start:
            try check(.off)
            try await startRecording(own, target, by: account, run)
        case .stop:
            try check(.on, .paused, .unknown)
            let id = target.call.notes.mixMonitorID[...].text
            guard !id.isEmpty || account.role >= .admin else {
                throw CallsFailure.forbidden.because("Recording was started by somebody else")
            }
            let action = try made { () throws(AMIError) in
                try CallActions.stopRecording(own.address, id: id.isEmpty ? nil : id)
            }
            try await send(action, own, run) { $0 == .off }
            note(target.call.id) { $0.mixMonitorID = [] }
        case .pause, .resume:
            if action == .pause { try check(.on, .unknown) } else { try check(.paused, .unknown) }
            let isOn = action == .pause
            let mute = try made { () throws(AMIError) in try CallActions.pauseRecording(own.address, isOn: isOn) }
            try await send(mute, own, run) { $0 == (isOn ? .paused : .on) }
        }
    }

    private func startRecording(
        _ own: LiveChannel,
        _ target: CommandTarget,
        by account: Account,
        _ run: CommandRun
    ) async throws(RequestFailure) {
        let file = RecordingName.file(configuration.recordTemplate, of: target, at: .now())
        let action = try made { () throws(AMIError) in try CallActions.startRecording(own.address, to: file) }
        // The answer has the id, by which alone the recording can be stopped and no other.
        let reply = try await run.send([action]).first
        let id = reply?.response["MixMonitorID"].map { Array($0) } ?? []
        note(target.call.id) { notes in
            notes.recordingFile = Array(file.utf8)
            notes.mixMonitorID = id
            notes.recordingStartedBy = Array(account.username.utf8)
        }
        let isOn = await live.outcome(until: .now + commands.configuration.patience) { model -> Bool? in
            guard let channel = model.channel(own.id[...]) else { return false }
            return channel.recording == .on ? true : nil
        }
        switch isOn {
        case true: break
        case false: throw CallsFailure.wrongState.because("Call is ended")
        case nil: throw CommandRun.timeout
        }
    }

    private func send(
        _ action: AMIAction,
        _ own: LiveChannel,
        _ run: CommandRun,
        until isThere: @escaping @Sendable (LiveChannel.Recording) -> Bool
    ) async throws(RequestFailure) {
        let isDone = try await run.send(action) { model -> Bool? in
            guard let channel = model.channel(own.id[...]) else { return false }
            return isThere(channel.recording) ? true : nil
        }
        if !isDone { throw CallsFailure.wrongState.because("Call is ended") }
    }
}

/// The names of recordings.
enum RecordingName {
    static let placeholders = ["{date}", "{time}", "{callId}", "{extension}", "{queue}"]

    /// Whether a template stays below the folder of recordings.
    static func isAllowed(_ template: String) -> Bool {
        let parts = template.split(separator: "/", omittingEmptySubsequences: false)
        guard 1...200 ~= template.utf8.count, !parts.contains(""), !parts.contains(".."), !parts.contains(".") else {
            return false
        }
        var rest = template
        for word in placeholders { rest = rest.replacing(word, with: "") }
        return rest.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "/") }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || ASCII.lowercased(byte) &- UInt8(ascii: "a") < 26 || "._-".utf8.contains(byte)
    }

    /// The name of a recording; the time is UTC.
    static func file(_ template: String, of target: CommandTarget, at time: Timestamp) -> String {
        let now = CivilTime(secondsSinceEpoch: time.seconds)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let values = [
            "{date}": "\(now.year)-\(two(now.month))-\(two(now.day))",
            "{time}": two(now.hour) + two(now.minute) + two(now.second),
            "{callId}": plain(target.call.id), "{extension}": plain(Array(target.extension.utf8)),
            "{queue}": plain(target.call.queue?.name ?? []),
        ]
        var name = template
        for word in placeholders { name = name.replacing(word, with: values[word] ?? "") }
        return name
    }

    /// A value as part of a name; what could lead elsewhere is replaced.
    private static func plain(_ value: [UInt8]) -> String {
        let text = value.prefix(80).map { isPlain($0) ? Character(UnicodeScalar($0)) : "_" }
        return text.isEmpty || text.allSatisfy { $0 == "." } ? "none" : String(text)
    }
}
