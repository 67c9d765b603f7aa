package import AMI
import Basics
package import Spool

/// Answers an operator's requests about the spool, and changes dead letters and recordings.
///
/// It works both in the running process, behind `ControlSocket`, and in a command when no process runs.
package struct AdminAPI: Sendable {
    let spool: RecordSpool
    private let gapsUnderWay: @Sendable () -> [Gap]
    private let didRetry: @Sendable () -> Void
    private let didRetryRecordings: @Sendable () -> Void

    /// - Parameters:
    ///   - didRetry: called when dead letters wait for delivery again.
    ///   - didRetryRecordings: called when parked recordings wait for their upload again.
    ///   - gapsUnderWay: see `StatusReport.gapsUnderWay`.
    package init(
        _ spool: RecordSpool,
        didRetry: @escaping @Sendable () -> Void = {},
        didRetryRecordings: @escaping @Sendable () -> Void = {},
        gapsUnderWay: @escaping @Sendable () -> [Gap] = { [] }
    ) {
        self.spool = spool
        self.gapsUnderWay = gapsUnderWay
        self.didRetry = didRetry
        self.didRetryRecordings = didRetryRecordings
    }

    /// Runs a request and returns its answer: JSON without a trailing newline.
    package func answer(_ request: AdminRequest) async throws(AdminError) -> [UInt8] {
        do throws(SpoolError) {
            switch request {
            case .spoolStatus: return status
            case .deadLetters(let after, let limit): return try await deadLetters(after: after, limit: limit)
            case .gaps(let after, let limit):
                return list(try await spool.perform { try $0.gaps.page(after: after, limit: page(limit)) })
            case .latestGaps(let limit):
                return list(try await spool.perform { try $0.gaps.latest(page(limit)) })
            case .retry(let numbers):
                defer { didRetry() }
                return try await change(numbers) { (number) throws(SpoolError) in
                    try await spool.perform { try $0.queue.retry(deadLetter: number) }
                }
            case .drop(let numbers):
                return try await change(numbers) { (number) throws(SpoolError) in
                    try await spool.perform { try $0.queue.drop(deadLetter: number) }
                }
            case .recordings(let state, let after, let limit):
                return try await recordings(state, after: after, limit: page(limit))
            case .recordingTotals: return try await recordingTotals()
            case .knownRecordings(let stamps): return try await known(stamps)
            case .retryRecordings(let numbers):
                defer { didRetryRecordings() }
                return try await retry(recordings: numbers)
            case .deadLetter(let number):
                if let letter = try await deadLetter(number) { return show(letter) }
            case .deadLetterBody(let number):
                if let letter = try await deadLetter(number) { return letter.record.body }
            }
        } catch {
            throw AdminError(error)
        }
        throw AdminError(.missing, "there is no such dead letter; 'asterisk-connector dead-letters list' shows all")
    }

    private func page(_ limit: Int) -> Int { min(max(limit, 1), AdminRequest.largestPage) }

    private var status: [UInt8] {
        let figures = spool.figures
        var json = JSONWriter(capacity: 1024)
        json.beginObject()
        json.key("path")
        json.string(spool.path)
        json.spoolMembers(figures)
        json.key("records")
        json.records(figures)
        json.key("balanced")
        json.boolean(figures.isBalanced)
        json.key("gaps")
        json.integer(figures.gaps)
        json.key("dead_letters")
        json.integer(figures.deadLetters)
        json.key("error")
        json.stringOrNull(figures.lastError.map { "\($0)" })
        json.endObject()
        return json.bytes
    }

    private func deadLetter(_ number: Int) async throws(SpoolError) -> DeadLetter? {
        try await spool.perform { try $0.queue.deadLetters.letter(number) }
    }

    private func deadLetters(after: Int, limit: Int) async throws(SpoolError) -> [UInt8] {
        let letters = try await spool.perform { try $0.queue.deadLetters.page(after: after, limit: page(limit)) }
        return list("dead_letters", letters, total: spool.figures.deadLetters) { json, letter in
            json.beginObject()
            json.deadLetterMembers(letter, reason: ListedText.shortened(letter.reason))
            json.endObject()
        }
    }

    private func show(_ letter: DeadLetter) -> [UInt8] {
        var json = JSONWriter(capacity: 1024 + letter.record.body.count)
        json.beginObject()
        json.deadLetterMembers(letter, reason: letter.reason)
        json.key("body")
        json.raw(letter.record.body[...])
        json.endObject()
        return json.bytes
    }

    private func list(_ gaps: [RecordedGap]) -> [UInt8] {
        list("gaps", gaps, total: spool.figures.gaps, underWay: gapsUnderWay()) { $0.gap($1) }
    }

    private func list<Element>(
        _ name: StaticString,
        _ elements: [Element],
        total: Int,
        underWay: [Gap]? = nil,
        _ encode: (inout JSONWriter, Element) -> Void
    ) -> [UInt8] {
        var json = JSONWriter(capacity: 256 * (elements.count + 1))
        json.beginObject()
        json.key(name)
        json.beginArray()
        for element in elements { encode(&json, element) }
        json.endArray()
        json.key("total")
        json.integer(total)
        if let underWay {
            json.key("ongoing")
            json.gapsUnderWay(underWay)
        }
        json.endObject()
        return json.bytes
    }

    /// Changes dead letters one after the other; the answer names missing ones.
    private func change(
        _ numbers: [Int],
        _ body: (Int) async throws(SpoolError) -> Bool
    ) async throws(SpoolError) -> [UInt8] {
        var changed = 0
        var missing: [Int] = []
        for number in numbers {
            if try await body(number) { changed += 1 } else { missing.append(number) }
        }
        var json = JSONWriter()
        json.beginObject()
        json.key("changed")
        json.integer(changed)
        json.key("missing")
        json.beginArray()
        for number in missing { json.integer(number) }
        json.endArray()
        json.endObject()
        return json.bytes
    }
}
