import Basics

/// Reads settings from their sources into the configurations of a process, and collects all errors.
///
/// Call `load` once for each part of the process, then `finish`: the errors of all parts are reported together, before
/// anything starts. Blocks while it reads files.
package struct SettingsLoader {
    /// The order in which each part is read, and in which errors of all parts together are reported.
    private enum Phase: Int, CaseIterable {
        case sources, values, secretFiles, missing, rules, names
    }

    /// The setting that names the JSON file.
    package static let configFileVariable = "ASTERISK_CONFIG_FILE"

    private let sources: SettingSources
    /// All settings, also those that this process does not read.
    private let known: [SettingDescription]
    private let prefixes: [String]
    private let formerSetting: (String) -> String?
    private var configFilePath: String?
    private var envFile = EnvironmentFile([], path: "")
    private var file: ConfigurationFile?
    private var errors: [(phase: Phase, error: ConfigurationError)] = []
    private var warnings: [(phase: Phase, warning: ConfigurationWarning)] = []
    /// The labels of settings that have a value, even a wrong one.
    private var given: Set<String> = []
    /// The variables that this process reads.
    private var taken: Set<String> = []
    private var origins: [String: SettingOrigin] = [:]
    /// Values that must never be shown, also where another setting has the same value; from all settings, read or not,
    /// valid or not.
    private var secrets: [Secret] = []
    private var shown: [(label: String, value: String)] = []

    /// A value and its name in messages.
    private struct Found {
        let name: String
        let input: SettingInput
        let origin: SettingOrigin
    }

    /// Reads the files that the sources name.
    ///
    /// - Parameters:
    ///   - known: all settings, used to recognise misspelt names and secrets.
    ///   - formerSetting: advice for a variable of an older program; `nil` when it never was one.
    package init(
        _ sources: SettingSources,
        known: [SettingSection],
        formerSetting: @escaping (String) -> String? = { _ in nil }
    ) {
        self.sources = sources
        self.known = known.flatMap(\.settings)
        prefixes = known.flatMap(\.prefixes)
        self.formerSetting = formerSetting
        configFilePath = sources.configFile
        readEnvFile()
        errors += (sources.fallback?.errors ?? []).map { (.sources, $0) }
        warnings += (sources.fallback?.warnings ?? []).map { (.sources, $0) }
        readConfigFile()
        collectSecrets()
    }

    /// Loads the values of some groups; a setting without a valid value keeps its default.
    package mutating func load<Part: Configurable>(_ groups: [SettingGroup<Part>], into part: inout Part) {
        let settings = groups.flatMap(\.settings)
        taken.formUnion(settings.compactMap(\.description.variable))
        for setting in settings { store(setting, in: &part) }
        for setting in settings { readSecret(setting, of: settings, into: &part) }
        for setting in settings.map(\.description) where setting.isRequired && !given.contains(setting.label) {
            fail(.missing(variable: setting.label, path: setting.paths.first ?? ""), .missing)
        }
        for group in groups {
            var rules = SettingRules(given: given, stored: Set(origins.keys), readFile: sources.readFile)
            group.rules(&part, &rules)
            errors += rules.errors.map { (.rules, $0) }
            warnings += rules.warnings.map { (.rules, $0) }
        }
        for setting in settings where !setting.description.isUnused {
            shown.append((setting.description.label, setting.show(part)))
        }
    }

    /// Loads the values of some groups into a part that starts with its defaults.
    package mutating func load<Part: Configurable>(_ groups: [SettingGroup<Part>]) -> Part {
        var part = Part()
        load(groups, into: &part)
        return part
    }

    /// Returns errors, warnings and origins; call it once, at the end.
    package mutating func finish() -> SettingsReport {
        warnAboutUnknownVariables()
        let redaction = Redaction(secrets)
        return SettingsReport(
            errors: Phase.allCases.flatMap { phase in errors.filter { $0.phase == phase }.map(\.error) },
            warnings: Phase.allCases.flatMap { phase in warnings.filter { $0.phase == phase }.map(\.warning) },
            secrets: secrets,
            origins: origins,
            settings: shown.map { label, value in
                RedactedSetting(name: label, value: redaction.shown(value), origin: origins[label] ?? .default)
            }
        )
    }

    private mutating func fail(_ error: ConfigurationError, _ phase: Phase) { errors.append((phase, error)) }

    /// Collects the secrets of all settings, whether this process uses them or not.
    private mutating func collectSecrets() {
        for setting in known where setting.isSecret {
            guard let text = find(setting)?.input.scalar else { continue }
            // A value that should be a path and is not may be the secret itself.
            if setting.contentOf != nil, text.hasPrefix("/") || text.hasPrefix(".") { continue }
            secrets.append(Secret(text))
            secrets += setting.secrets(Secret(text))
        }
    }
}

/// Reading the sources.
extension SettingsLoader {
    private mutating func readEnvFile() {
        guard let path = sources.envFile else { return }
        do throws(SystemError) {
            envFile = EnvironmentFile(try sources.readFile(path, .fileOrPipe)[...], path: path)
            errors += envFile.errors.map { (.sources, $0) }
            warnings += envFile.warnings.map { (.sources, $0) }
        } catch {
            fail(.unreadable(name: "--env-file", error), .sources)
        }
    }

    private mutating func readConfigFile() {
        let isOption = configFilePath != nil
        let named = known.first { $0.variable == Self.configFileVariable }.flatMap { find($0)?.input.scalar }
        guard let path = configFilePath ?? named?.trimmingBlanks else { return }
        do throws(SystemError) {
            let paths = known.flatMap(\.paths)
            let content = ConfigurationFile(try sources.readFile(path, .fileOrPipe)[...], path: path, known: paths)
            errors += content.errors.map { (.sources, $0) }
            warnings += content.warnings.map { (.sources, $0) }
            file = content
        } catch {
            fail(.unreadable(name: isOption ? "--config" : Self.configFileVariable, error), .sources)
        }
        configFilePath = path
        if isOption { origins[Self.configFileVariable] = .commandLine }
    }

    /// The value of a setting from the source with the highest priority.
    private func find(_ setting: SettingDescription) -> Found? {
        func counts(_ text: String) -> Bool { setting.emptyMeansNone || !SettingInput.text(text).isEmpty }
        if let name = setting.variable {
            if let text = sources.environment[name], counts(text) {
                return Found(name: name, input: .text(text), origin: .environment)
            }
            if let text = envFile.variables[name], counts(text), let path = sources.envFile {
                return Found(name: name, input: .text(text), origin: .envFile(path))
            }
            if let fallback = sources.fallback, let text = fallback.variables[name], counts(text) {
                return Found(name: name, input: .text(text), origin: .file(fallback.path))
            }
        }
        if let (key, value) = file?.value(at: setting.paths), let path = configFilePath {
            let input = SettingInput.json(value)
            guard setting.emptyMeansNone || !input.isEmpty else { return nil }
            return Found(name: key, input: input, origin: .file(path))
        }
        return nil
    }
}

/// Reading one setting.
extension SettingsLoader {
    private mutating func store<Part>(_ setting: Setting<Part>, in part: inout Part) {
        let label = setting.description.label
        if label == Self.configFileVariable, origins[label] == .commandLine, let path = configFilePath {
            _ = setting.store(.text(path), &part)
            return
        }
        guard let found = find(setting.description) else { return }
        given.insert(label)
        store(found, setting, in: &part)
    }

    private mutating func store<Part>(
        _ found: Found,
        _ setting: Setting<Part>,
        in part: inout Part,
        _ phase: Phase = .values
    ) {
        if setting.store(found.input, &part) {
            origins[setting.description.label] = found.origin
        } else {
            fail(rejection(of: found, by: setting.description), phase)
        }
    }

    private func rejection(of found: Found, by setting: SettingDescription) -> ConfigurationError {
        guard !setting.isSecret else {
            return .rejectedSecret(name: found.name, allowed: setting.allowed, origin: found.origin)
        }
        return .rejected(
            name: found.name,
            value: found.input.shown(hiding: Redaction(secrets)),
            allowed: setting.allowed,
            origin: found.origin
        )
    }

    /// Reads the secret from the file that `setting` names; it replaces any other value.
    private mutating func readSecret<Part>(_ setting: Setting<Part>, of all: [Setting<Part>], into part: inout Part) {
        let label = setting.description.label
        guard let variable = setting.description.contentOf, given.contains(label),
            let secret = all.first(where: { $0.description.variable == variable })
        else { return }
        if !given.insert(variable).inserted {
            warnings.append((.secretFiles, .secretAndFile(variable: variable, fileVariable: label)))
            errors.removeAll { _, error in
                if case .rejectedSecret(variable, _, _) = error { true } else { false }
            }
        }
        guard origins[label] != nil else { return }
        let path = setting.show(part)
        do throws(SystemError) {
            let text = Self.withoutLineEnd(try sources.readFile(path, .file)[...]).text
            guard !text.isEmpty else {
                fail(.emptySecretFile(variable: label, path: path), .secretFiles)
                return
            }
            secrets.append(Secret(text))
            let found = Found(name: label, input: .text(text), origin: .secretFile(variable: label))
            store(found, secret, in: &part, .secretFiles)
        } catch {
            fail(.unreadable(name: label, error), .secretFiles)
        }
    }

    private static func withoutLineEnd(_ bytes: Bytes) -> Bytes {
        guard bytes.last == ASCII.newline else { return bytes }
        let line = bytes.dropLast()
        return line.last == ASCII.carriageReturn ? line.dropLast() : line
    }
}

/// Warnings about unknown names.
extension SettingsLoader {
    private mutating func warnAboutUnknownVariables() {
        for name in sources.environment.keys.sorted() { warn(about: name, sources.environment[name], .environment) }
        guard let path = sources.envFile else { return }
        for name in envFile.names where sources.environment[name] == nil {
            warn(about: name, envFile.variables[name], .envFile(path))
        }
    }

    private mutating func warn(about name: String, _ value: String?, _ origin: SettingOrigin) {
        guard !taken.contains(name) else { return }
        // Also where another command of this program has a setting of that name.
        if let advice = formerSetting(name) {
            guard value?.trimmingBlanks.isEmpty == false else { return }
            warnings.append((.names, .formerSetting(name: name, origin: origin, advice: advice)))
            return
        }
        guard !known.contains(where: { $0.variable == name }) else { return }
        guard prefixes.contains(where: { name.hasPrefix($0) }) else { return }
        let hint = Spelling.nearest(to: name, in: known.compactMap(\.variable))
        let shown = SettingInput.text(name).shown
        warnings.append((.names, .unknownVariable(name: shown, origin: origin, hint: hint)))
    }
}
