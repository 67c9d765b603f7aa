import Basics
import CallControl
import CallerID
import Daemon
import Voicemail

@testable import Connector

/// The documents about the settings, made from their table.
enum ConfigurationDocuments {
    /// docs/configuration.md.
    static var guide: String {
        guideIntroduction + SettingTable.sections.map { section($0) }.joined(separator: "\n")
    }

    private static let guideIntroduction = """
        # Configuration

        Four settings are required: `API_KEY`, `AMI_HOST`, `AMI_USERNAME` and `AMI_PASSWORD`. All others have defaults
        that fit most installations. `asterisk-connector check` shows every setting, where its value came from, and what
        is wrong with it.

        ## Where settings come from

        A later source beats an earlier one:

        1. the default,
        2. the JSON file that `--config FILE` or else `ASTERISK_CONFIG_FILE` names,
        3. the file that `--env-file FILE` names,
        4. the environment of the process.

        - **Secrets** can be kept in files: `API_KEY_FILE`, `AMI_PASSWORD_FILE` and `MONITORING_PASSWORD_FILE` beat
          `API_KEY`, `AMI_PASSWORD` and `MONITORING_PASSWORD`, wherever those are set. No secret is ever shown: neither in the log nor in errors nor by `check`.
        - **Empty** variables count as not set, except `RECORDING_WATCH_PATHS` and `CDR_FILTER_EXCLUDE_DST`, where empty
          means none.
        - **Lists** are written with commas, in JSON as arrays. **Names** such as `us1` or `DEBUG` may be written in
          either case.
        - **Errors** are all listed at once, and the program ends with status 78. Unknown keys and variables are warned
          about, with the name that was probably meant.

        The JSON file ([config.example.json](../config.example.json)) has sections with keys in them; the tables name
        both as `section.key`. `comment` is allowed everywhere and ignored, `null` means not set.

        The env-file ([.env.example](../.env.example)) has lines of the form `NAME=value`. `export` before the name is
        allowed. `#` begins a comment at the start of a line and behind a blank. In single quotes everything is literal;
        in double quotes `\\n`, `\\r`, `\\t`, `\\"`, `\\$` and `\\\\` are escapes. `$` does not insert other variables.


        """

    static func section(_ group: SettingSection) -> String {
        let meanings = group.settings.map { setting in
            let standard = setting.isRequired ? "required" : code(setting.defaultText)
            let unit = setting.defaultText.isEmpty ? "" : setting.unit.map { " \($0)" } ?? ""
            return "| `\(setting.label)` | \(standard)\(unit) | \(setting.meaning) |"
        }
        let values = group.settings.map { setting in
            let keys = setting.paths.filter { $0 != setting.label }.map { "`\($0)`" }.joined(separator: ", ")
            let example = setting.example.isEmpty ? "" : code(example(of: setting))
            return "| `\(setting.label)` | \(keys.isEmpty ? "-" : keys) | \(tableText(setting.allowed)) | "
                + "\(example.isEmpty ? "-" : example) | \(error(of: setting).map(code) ?? "-") |"
        }
        return """
            ## \(group.title)

            \(group.introduction)

            | setting | default | meaning |
            |---|---|---|
            \(meanings.joined(separator: "\n"))

            | setting | in JSON | allowed | example | a wrong value says |
            |---|---|---|---|---|
            \(values.joined(separator: "\n"))

            """
    }

    /// The error that the counterexample of a setting really gives.
    static func error(of setting: SettingDescription) -> String? {
        guard let wrong = setting.counterexample else { return nil }
        if let variable = setting.variable, let feature = separate.first(where: { $0.has(variable) }) {
            return error(of: [variable: wrong], in: feature)
        }
        if let variable = setting.variable { return loadConfiguration([variable: wrong]).errorTexts.first }
        return loadConfiguration(json: json([(setting.label, .string(wrong))])).errorTexts.first
    }

    /// The features whose settings `run` does not read.
    static let separate: [any Feature.Type] = [VoicemailFeature.self, CallerIDFeature.self, CallsFeature.self]

    private static func error<F: Feature>(of environment: [String: String], in feature: F.Type) -> String? {
        var loader = SettingsLoader(SettingSources(environment: environment), known: SettingTable.sections)
        _ = loader.load(feature)
        return loader.finish().errors.first?.description
    }

    private static func example(of setting: SettingDescription) -> String {
        setting.variable == nil ? #"["from-branch-*"]"# : "\(setting.label)=\(setting.example)"
    }

    private static func code(_ text: String) -> String {
        if text.isEmpty { return "-" }
        return text.hasPrefix("(") ? String(text.dropFirst().dropLast()) : "`\(text)`"
    }

    private static func tableText(_ text: String) -> String {
        guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}") else {
            return text.split(separator: "*", omittingEmptySubsequences: false).joined(separator: "\\*")
        }
        return "\(text[..<start])`\(text[start...end])`\(text[text.index(after: end)...])"
    }

    /// .env.example; with `isUncommented` every setting is set.
    static func envExample(isUncommented: Bool = false) -> String {
        var text = """
            # Settings of asterisk-connector; docs/configuration.md says more about each.
            # A line without '#' is set, all others show the default or an example. A value with a blank, a quote, $ or # goes
            # in single quotes. With docker-compose.yml, SPOOL_DIR stays as it is: /data, the folder ./data of the host.


            """
        for group in SettingTable.sections {
            let settings = group.settings.filter { $0.variable != nil }
            text += "# ---- \(group.title) ----\n\n"
            for setting in settings {
                let plain = setting.meaning.filter { $0 != "`" }
                text += wrapped("\(plain) Allowed: \(setting.allowed).").map { "# \($0)\n" }.joined()
                let quote = setting.example.contains("{") ? "'" : ""
                let isSet = setting.isRequired || (isUncommented && setting.contentOf == nil)
                text += "\(isSet ? "" : "#")\(setting.label)=\(quote)\(setting.example)\(quote)\n\n"
            }
        }
        return String(text.dropLast())
    }

    private static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count < 98 {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    /// config.example.json: defaults, `null` for what has none, examples for what is required.
    static var jsonExample: String {
        var entries: [(String, JSONValue)] = []
        for setting in SettingTable.settings {
            for path in setting.paths where !path.contains(".custom_") {
                entries.append((path, exampleValue(of: setting)))
            }
        }
        let comments = [
            "": "Every setting with its default; null means not set. docs/configuration.md says what they mean.",
            "api": "Keep secrets in the environment or in files of their own: key_file, password_file.",
            "contexts": "Lists of contexts of your dialplan; * stands for anything.",
        ]
        return json(entries, comments: comments)
    }

    private static func exampleValue(of setting: SettingDescription) -> JSONValue {
        if setting.isSecret || setting.label == "HOST_HOSTNAME" { return .null }
        if setting.label == "AMI_PORT" || setting.label == "MONITORING_HOSTS" { return .null }
        if setting.isRequired { return .string(setting.example) }
        let value = setting.json(setting.defaultText)
        return value == .string("") ? .null : value
    }

    /// Entries by `section.key` as an object of sections, a line for each key.
    static func json(_ entries: [(path: String, value: JSONValue)], comments: [String: String] = [:]) -> String {
        var sections: [(name: String, lines: [String])] = []
        for (path, value) in entries {
            let parts = path.split(separator: ".").map { String($0) }
            if !sections.contains(where: { $0.name == parts[0] }) {
                sections.append((parts[0], comments[parts[0]].map { [member("comment", .string($0))] } ?? []))
            }
            for index in sections.indices where sections[index].name == parts[0] {
                sections[index].lines.append(member(parts[1], value))
            }
        }
        let bodies = sections.map { section in
            "  \"\(section.name)\": {\n    \(section.lines.joined(separator: ",\n    "))\n  }"
        }
        let comment = comments[""].map { ["  " + member("comment", .string($0))] } ?? []
        return "{\n\((comment + bodies).joined(separator: ",\n"))\n}\n"
    }

    private static func member(_ name: String, _ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return "\"\(name)\": \(writer.text)"
    }
}

extension Feature {
    static func has(_ variable: String) -> Bool {
        sections.flatMap(\.settings).contains { $0.variable == variable }
    }
}
