import Basics
import Daemon
import Glibc
import HTTP
import Mail
import Voicemail

/// Has a message transcribed within a time.
struct Transcriber {
    let configuration: VoicemailConfiguration
    let key: Secret
    let journal: VoicemailJournal

    /// The pauses before a second, a third and each further try.
    private static let pauses: [Duration] = [.seconds(1), .seconds(2), .seconds(4)]

    /// Sends the audio, again after failures that may pass, until `deadline`.
    ///
    /// - Returns: `nil` when there is no text; one warning has said why.
    func transcribe(
        _ request: TranscriptionRequest,
        _ audio: AudioPart,
        until deadline: ContinuousClock.Instant
    ) async -> Transcript? {
        do {
            let file = try AudioFile(audio)
            let client = try HTTPClient(httpClient)
            let transcript = await transcribe(request, audio, file, client, until: deadline)
            await client.close()
            return transcript
        } catch {
            journal.warning("message not transcribed: \(error)")
            return nil
        }
    }

    private var httpClient: HTTPClient.Configuration {
        var client = HTTPClient.Configuration(userAgent: Version.userAgent)
        client.proxy = configuration.connection.proxy?.revealed
        client.authorityFile = configuration.connection.authorityFile
        return client
    }

    private func transcribe(
        _ request: TranscriptionRequest,
        _ audio: AudioPart,
        _ file: AudioFile,
        _ client: HTTPClient,
        until deadline: ContinuousClock.Instant
    ) async -> Transcript? {
        var tries = 0
        while true {
            tries += 1
            let form = MultipartForm(
                fields: request.fields,
                fileField: "audio",
                fileName: Array(audio.fileName.utf8),
                contentType: audio.contentType,
                file: file.upload
            )
            let answer = await send(request, form, client, until: deadline)
            switch answer {
            case .transcript(let transcript):
                journal.step("message transcribed at try \(tries), \(transcript.text.utf8.count) bytes of text")
                return transcript
            case .refused(let reason):
                journal.warning("message not transcribed: \(reason)")
                return nil
            case .retry(let reason, let wait):
                let pause = wait ?? Self.pauses[min(tries, Self.pauses.count) - 1]
                guard .now + pause < deadline else {
                    journal.warning("message not transcribed in time, \(tries) tries: \(reason)")
                    return nil
                }
                journal.step("try \(tries): \(reason)")
                try? await Task.sleep(for: pause)
            }
        }
    }

    private func send(
        _ request: TranscriptionRequest,
        _ form: MultipartForm,
        _ client: HTTPClient,
        until deadline: ContinuousClock.Instant
    ) async -> TranscriptionAnswer {
        let message = HTTPRequest(
            .post,
            configuration.endpoint,
            headers: request.headers(key: key, hostname: configuration.connection.hostname),
            body: .multipart(form),
            timeout: max(.milliseconds(1), deadline - .now)
        )
        do throws(HTTPError) {
            return TranscriptionAnswer(try await client.send(message), now: .now())
        } catch {
            return TranscriptionAnswer(error)
        }
    }
}

/// The decoded audio, in a file in memory: it is not part of the process, and its pages can be swapped.
private final class AudioFile: Sendable {
    private let file: FileDescriptor
    private let size: Int

    /// Decodes the audio; blocks.
    init(_ audio: AudioPart) throws {
        file = try MemoryFile.make("voicemail-audio")
        size = try audio.decode(to: file)
    }

    /// The audio from its begin, for one request.
    var upload: FileUpload { FileUpload(FileDescriptor(fcntl(file.number, F_DUPFD_CLOEXEC, 3)), size: size) }
}
