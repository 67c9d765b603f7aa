import Basics
import Daemon
import TestSupport
import Testing

@testable import Connector

/// A value that can be found again for each setting that holds a secret, and the ways to give it.
struct MarkedSecrets {
    enum Way: String, CaseIterable {
        case environment, envFile, json, secretFile
    }

    /// Without those that name a file: what is in it counts.
    static let settings = SettingTable.settings.filter { $0.isSecret && $0.contentOf == nil }

    /// A user name that goes with a password, where one has to.
    static let user = "markeduser"

    let directory: TemporaryDirectory
    let way: Way
    /// `http://` and the rest of an address where a proxy listens.
    let proxy: String

    /// What is secret about a setting, letters only: what looks like a number could be masked.
    static func mark(_ setting: String) -> String { "marked" + setting.filter { $0.isLetter } + "value" }

    /// What nobody may see of all settings, as it is and as headers have it.
    static let all: [String] = settings.flatMap { setting -> [String] in
        let mark = mark(setting.label)
        return [mark, Base64.encoded(Array(mark.utf8)), Base64.encoded(Array("\(user):\(mark)".utf8))]
    }

    private func value(_ setting: String) -> String {
        let mark = Self.mark(setting)
        return switch setting {
        case "API_PROXY": proxy.replacing("://", with: "://\(Self.user):\(mark)@")
        // Nothing listens there.
        case "REDIS_URL": "redis://\(Self.user):\(mark)@127.0.0.1:1/0"
        // At least 32 characters.
        case "SECRET_KEY", "JWT_SECRET": mark + mark
        // The password of an address, which nobody reaches.
        case "DATABASE": "mysql://\(Self.user):\(mark)@127.0.0.1:9/x"
        default: mark
        }
    }

    var envFile: String { directory.file("marked.env") }
    var configFile: String { directory.file("marked.json") }

    /// Writes the files of this way.
    ///
    /// - Returns: the variables and the options that lead to the secrets.
    func give() throws -> (environment: [String: String], options: [String]) {
        var environment = ["VOICEMAIL_QUEUE_DIR": directory.file("voicemail")]
        if SettingTable.byVariable["MONITORING_USERNAME"] != nil { environment["MONITORING_USERNAME"] = Self.user }
        // No port that another test may have.
        environment["MAIN_API_PORT"] = "0"
        var lines = ""
        // Where its password is.
        if way == .envFile {
            lines += "REQUEST_API_USER=\(Self.user)\n"
        } else {
            environment["REQUEST_API_USER"] = Self.user
        }
        var sections: [String: [(name: String, value: String)]] = [:]
        for setting in Self.settings {
            let file = SettingTable.settings.first { $0.contentOf == setting.label }
            switch way {
            case .envFile: lines += "\(setting.label)='\(value(setting.label))'\n"
            case .json where !setting.paths.isEmpty:
                let path = setting.paths[0].split(separator: ".").map { String($0) }
                sections[path[0], default: []].append((path[1], value(setting.label)))
            case .secretFile where file != nil:
                environment[file?.label ?? ""] = directory.file(setting.label)
                try FileContents.write(Array("\(value(setting.label))\n".utf8), to: directory.file(setting.label))
            case .environment, .secretFile, .json: environment[setting.label] = value(setting.label)
            }
        }
        try FileContents.write(Array(lines.utf8), to: envFile)
        try FileContents.write(Self.json(sections), to: configFile)
        return (environment, way == .envFile ? ["--env-file", envFile] : way == .json ? ["--config", configFile] : [])
    }

    private static func json(_ sections: [String: [(name: String, value: String)]]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        for (section, members) in sections {
            json.key(Array(section.utf8)[...])
            json.beginObject()
            for member in members {
                json.key(Array(member.name.utf8)[...])
                json.string(member.value)
            }
            json.endObject()
        }
        json.endObject()
        return json.bytes
    }
}
