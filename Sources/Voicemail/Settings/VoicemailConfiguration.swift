package import Basics
import Daemon

/// The settings of the commands `voicemail`.
package struct VoicemailConfiguration: Configurable {
    /// The bearer token; empty when `VOICEMAIL_API_KEY` is not set.
    package var ownKey = Secret("")
    /// The path of a file with the key, which overrides `ownKey`.
    package var keyFile: String?
    /// The key under its name of older connectors.
    package var formerKey = Secret("")
    /// The URL that messages are sent to; `nil` makes it from `connection`.
    package var ownEndpoint: String?
    /// The time from the start of the command to the text of the message.
    package var timeout = Duration.seconds(30)
    /// The path of the template; `nil` looks at the usual places.
    package var template: String?
    package var footer = "Voicemail Service"
    /// The size of a box, against which `VM_ALERT` counts; 0 turns alerts off.
    package var maximumMessages = 100
    /// The folder of the kept mails.
    package var queueFolder = "/var/spool/asterisk-connector/voicemail"
    /// How many messages are transcribed at once, by all processes together.
    package var concurrency = 4
    /// The program that takes mails, and its words.
    package var sendmail = ["/usr/sbin/sendmail"]
    /// Where mails are kept when `queueFolder` cannot be written.
    package var temporaryFolder = "/tmp"
    package var format = EmailFormat.html
    /// Whether all steps are written to `logFile`.
    package var debug = false
    package var logFile = "/var/log/voicemail-processor.log"
    /// The settings shared with `run`.
    package var connection = VoicemailConnection()

    package init() {}

    /// The key for the API; `nil` without one.
    package var key: Secret? {
        [ownKey, formerKey, connection.key].first { !$0.revealed.isEmpty }
    }

    /// The URL that messages are sent to.
    package var endpoint: String { ownEndpoint ?? connection.baseURL + "/rt/voicemail" }
}

/// The settings of `run` that the commands `voicemail` read too.
package struct VoicemailConnection: Configurable {
    package var key = Secret("")
    package var keyFile: String?
    package var region = "us1"
    /// Replaces the base URL of the region; without a trailing slash.
    package var url: String?
    package var proxy: Secret?
    package var authorityFile: String?
    package var hostname = HostName.current

    package init() {}

    var baseURL: String { url ?? "https://api-\(region).sipstack.com/v1" }
}
