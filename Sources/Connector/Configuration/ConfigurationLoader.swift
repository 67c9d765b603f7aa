import Basics

/// Puts a configuration together from its sources, and collects all that is wrong with them.
struct ConfigurationLoader {
    /// The settings that are read.
    private let settings: [Setting]
    private let environment: [String: String]
    private let envFilePath: String?
    private var configFilePath: String?
    private var envFile = EnvironmentFile([], path: "")
    private var file: ConfigurationFile?
    var configuration = Configuration()
    var errors: [ConfigurationError] = []
    var warnings: [ConfigurationWarning] = []
    /// The labels of settings that have a value, even a wrong one.
    var given: Set<String> = []
    /// What must not be shown, also where another setting has the same value; right or wrong, read or not.
    private var secrets: [Secret] = []

    /// A value and how a message names it.
    private struct Found {
        let name: String
        let input: SettingInput
        let origin: SettingOrigin
    }

    init(_ settings: [Setting], environment: [String: String], envFile: String?, configFile: String?) {
        self.settings = settings
        self.environment = environment
        envFilePath = envFile
        configFilePath = configFile
    }

    var result: LoadResult {
        LoadResult(
            configuration: errors.isEmpty ? configuration : nil,
            errors: errors,
            warnings: warnings,
            secrets: secrets
        )
    }

    mutating func run(readFile: Configuration.ReadFile) {
        readEnvFile(readFile)
        readConfigFile(readFile)
        collectSecrets()
        for setting in settings { store(setting) }
        for setting in settings { readSecret(setting, readFile) }
        for setting in settings where setting.isRequired && !given.contains(setting.label) {
            errors.append(.missing(variable: setting.label, path: setting.paths.first ?? ""))
        }
        applyRules()
        checkMonitoring(readFile)
        checkAuthorities(readFile)
        warnAboutUnknownVariables()
        configuration.secrets = secrets
    }

    /// Those of all settings, whether this command uses them or not.
    private mutating func collectSecrets() {
        for setting in SettingTable.settings where setting.isSecret {
            guard let text = find(setting)?.input.scalar else { continue }
            // What should be a path and is none may be the secret itself.
            if setting.contentOf != nil, text.hasPrefix("/") || text.hasPrefix(".") { continue }
            secrets.append(Secret(text))
            if setting.variable == "API_PROXY" { secrets += WebAddress.logins(in: Secret(text)) }
        }
    }

    private mutating func readEnvFile(_ readFile: Configuration.ReadFile) {
        guard let path = envFilePath else { return }
        do throws(SystemError) {
            envFile = EnvironmentFile(try readFile(path, .fileOrPipe)[...], path: path)
            errors += envFile.errors
            warnings += envFile.warnings
        } catch {
            errors.append(.unreadable(name: "--env-file", error))
        }
    }

    private mutating func readConfigFile(_ readFile: Configuration.ReadFile) {
        let isOption = configFilePath != nil
        let named = SettingTable.byVariable["ASTERISK_CONFIG_FILE"].flatMap { find($0)?.input.scalar }
        guard let path = configFilePath ?? named?.trimmingBlanks else { return }
        do throws(SystemError) {
            let known = SettingTable.settings.flatMap(\.paths)
            let content = ConfigurationFile(try readFile(path, .fileOrPipe)[...], path: path, known: known)
            errors += content.errors
            warnings += content.warnings
            file = content
        } catch {
            errors.append(.unreadable(name: isOption ? "--config" : "ASTERISK_CONFIG_FILE", error))
        }
        configFilePath = path
        if isOption { configuration.origins["ASTERISK_CONFIG_FILE"] = .commandLine }
    }

    /// The value that counts.
    private func find(_ setting: Setting) -> Found? {
        func counts(_ text: String) -> Bool { setting.emptyMeansNone || !SettingInput.text(text).isEmpty }
        if let name = setting.variable {
            if let text = environment[name], counts(text) {
                return Found(name: name, input: .text(text), origin: .environment)
            }
            if let text = envFile.variables[name], counts(text), let path = envFilePath {
                return Found(name: name, input: .text(text), origin: .envFile(path))
            }
        }
        if let (key, value) = file?.value(at: setting.paths), let path = configFilePath {
            let input = SettingInput.json(value)
            guard setting.emptyMeansNone || !input.isEmpty else { return nil }
            return Found(name: key, input: input, origin: .file(path))
        }
        return nil
    }

    private mutating func store(_ setting: Setting) {
        if setting.label == "ASTERISK_CONFIG_FILE", let path = configFilePath {
            configuration.configFile = path
            if configuration.origins[setting.label] != nil { return }
        }
        guard let found = find(setting) else { return }
        given.insert(setting.label)
        store(found, in: setting)
    }

    private mutating func store(_ found: Found, in setting: Setting) {
        if setting.store(found.input, &configuration) {
            configuration.origins[setting.label] = found.origin
        } else {
            errors.append(rejection(of: found, by: setting))
        }
    }

    private func rejection(of found: Found, by setting: Setting) -> ConfigurationError {
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

    /// Reads the secret that is in the file which `setting` names, and lets it replace any other.
    private mutating func readSecret(_ setting: Setting, _ readFile: Configuration.ReadFile) {
        guard let variable = setting.contentOf, let secret = SettingTable.byVariable[variable],
            given.contains(setting.label)
        else { return }
        if !given.insert(variable).inserted {
            warnings.append(.secretAndFile(variable: variable, fileVariable: setting.label))
            errors.removeAll { error in
                if case .rejectedSecret(variable, _, _) = error { true } else { false }
            }
        }
        guard configuration.origins[setting.label] != nil else { return }
        let path = setting.show(configuration)
        do throws(SystemError) {
            let text = Self.withoutLineEnd(try readFile(path, .file)[...]).text
            guard !text.isEmpty else {
                errors.append(.emptySecretFile(variable: setting.label, path: path))
                return
            }
            secrets.append(Secret(text))
            store(
                Found(name: setting.label, input: .text(text), origin: .secretFile(variable: setting.label)),
                in: secret
            )
        } catch {
            errors.append(.unreadable(name: setting.label, error))
        }
    }

    private static func withoutLineEnd(_ bytes: Bytes) -> Bytes {
        guard bytes.last == ASCII.newline else { return bytes }
        let line = bytes.dropLast()
        return line.last == ASCII.carriageReturn ? line.dropLast() : line
    }

    /// What depends on more than one setting.
    private mutating func applyRules() {
        if configuration.ami.tls, !given.contains("AMI_PORT") { configuration.ami.port = 5039 }
        let direction = configuration.direction
        if direction.extensionMinLength > direction.extensionMaxLength {
            errors.append(
                .extensionLengths(minimum: direction.extensionMinLength, maximum: direction.extensionMaxLength)
            )
        }
        if configuration.origins["API_KEY"] != nil, !configuration.api.hasUsualKey { warnings.append(.unusualKey) }
        if let address = configuration.api.url.flatMap({ WebAddress($0) }), address.scheme == "http",
            !address.isLoopback
        {
            warnings.append(.plainHTTP(host: address.host))
        }
    }

    private mutating func warnAboutUnknownVariables() {
        for name in environment.keys.sorted() { warn(about: name, environment[name], .environment) }
        guard let path = envFilePath else { return }
        for name in envFile.names where environment[name] == nil {
            warn(about: name, envFile.variables[name], .envFile(path))
        }
    }

    private mutating func warn(about name: String, _ value: String?, _ origin: SettingOrigin) {
        guard SettingTable.byVariable[name] == nil else { return }
        if let advice = FormerSettings.advice(on: name) {
            guard value?.trimmingBlanks.isEmpty == false else { return }
            warnings.append(.formerSetting(name: name, origin: origin, advice: advice))
            return
        }
        guard SettingTable.prefixes.contains(where: { name.hasPrefix($0) }) else { return }
        let hint = Spelling.nearest(to: name, in: SettingTable.settings.compactMap(\.variable))
        warnings.append(.unknownVariable(name: SettingInput.text(name).shown, origin: origin, hint: hint))
    }
}

extension Configuration.API {
    /// Whether the key is `sk_` and 32 letters or digits.
    fileprivate var hasUsualKey: Bool {
        let bytes = key.revealed.utf8
        return bytes.count == 35 && key.revealed.hasPrefix("sk_")
            && bytes.dropFirst(3).allSatisfy { ASCII.isDigit($0) || ASCII.lowercased($0) &- 97 < 26 }
    }
}
