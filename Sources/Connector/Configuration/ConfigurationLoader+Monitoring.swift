import Basics

extension ConfigurationLoader {
    /// What makes the monitoring port safe has to be there as a whole.
    mutating func checkMonitoring(_ readFile: Configuration.ReadFile) {
        requireBoth("MONITORING_USERNAME", "MONITORING_PASSWORD")
        requireBoth("MONITORING_TLS_CERTIFICATE_FILE", "MONITORING_TLS_KEY_FILE")
        let monitoring = configuration.monitoring
        check(monitoring.tlsCertificateFile, "MONITORING_TLS_CERTIFICATE_FILE", "certificate", readFile) { text in
            text.contains("-----BEGIN CERTIFICATE-----")
        }
        check(monitoring.tlsKeyFile, "MONITORING_TLS_KEY_FILE", "private key without a pass phrase", readFile) { text in
            text.contains("PRIVATE KEY-----") && !text.contains("ENCRYPTED")
        }
        guard monitoring.isEnabled, !monitoring.isLoopback else { return }
        if monitoring.username == nil {
            warnings.append(.openMonitoring(host: monitoring.bind))
        } else if monitoring.tlsCertificateFile == nil {
            warnings.append(.plainMonitoring(host: monitoring.bind))
        }
    }

    /// Looks at the files that libraries open by their path: they would wait for a pipe.
    ///
    /// One that is not there yet is no error.
    mutating func checkAuthorities(_ readFile: Configuration.ReadFile) {
        for (name, path) in [
            ("AMI_TLS_CA_FILE", configuration.ami.tlsCAFile), ("API_TLS_CA_FILE", configuration.api.tlsCAFile),
        ] {
            guard let path else { continue }
            do throws(SystemError) {
                _ = try readFile(path, .file)
            } catch {
                if error.isWrongKind { errors.append(.unreadable(name: name, error)) }
            }
        }
    }

    private mutating func requireBoth(_ one: String, _ other: String) {
        for (name, missing) in [(one, other), (other, one)] where given.contains(name) && !given.contains(missing) {
            errors.append(.half(given: name, missing: missing))
        }
    }

    private mutating func check(
        _ path: String?,
        _ name: String,
        _ content: String,
        _ readFile: Configuration.ReadFile,
        accepts: (String) -> Bool
    ) {
        guard let path else { return }
        do throws(SystemError) {
            guard !accepts(String(decoding: try readFile(path, .file), as: UTF8.self)) else { return }
            errors.append(.notPEM(name: name, path: path, content: content))
        } catch {
            errors.append(.unreadable(name: name, error))
        }
    }
}
