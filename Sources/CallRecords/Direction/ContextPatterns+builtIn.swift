extension ContextPatterns {
    /// The contexts of Asterisk's sample configuration, of FreePBX up to 17, and other common names.
    package static let builtIn: ContextPatterns = {
        var patterns = ContextPatterns()
        patterns.internal = [
            "from-internal", "from-inside", "from-inside-*", "from-internal-xfer", "from-internal-noxfer",
            "from-internal-xfer-ringing", "from-extension", "from-local", "from-phone", "from-phones", "from-user",
            "from-users", "ext-local", "ext-group", "ext-test", "internal", "internal-xfer", "default", "phones",
            "users", "extensions", "locals", "macro-dial", "macro-dial-one", "macro-exten-vm", "from-queue",
            "from-ringgroup", "followme", "app-*", "timeconditions", "ivr-*", "dialOne-with-exten", "dial-with-exten",
        ]
        patterns.external = [
            "from-external", "from-trunk", "from-pstn", "from-did", "from-outside", "from-sip-external", "from-dahdi",
            "from-zaptel", "from-pri", "from-e1", "from-t1", "from-isdn", "from-fxo", "from-gateway", "from-provider",
            "from-carrier", "from-telco", "from-itsp", "from-voip", "incoming", "inbound", "ext-did",
            "from-did-direct", "from-trunk-sip", "from-trunk-iax", "from-trunk-dahdi", "custom-from-trunk",
        ]
        patterns.outbound = [
            "from-internal", "macro-dialout", "outbound-allroutes", "outrt-*", "outbound", "dial-out",
            "macro-dialout-trunk", "macro-dialout-dundi", "macro-dialout-enum", "trunk-dial-with-exten",
        ]
        patterns.queue = ["ext-queues", "from-queue", "queue-", "app-queue"]
        patterns.ivr = ["ivr-", "ext-ivr", "from-ivr", "app-ivr"]
        patterns.conference = [
            "app-conference", "ext-conference", "from-conference", "conference-", "conf-", "meetme-",
        ]
        patterns.parking = ["park-", "parkedcalls", "park-dial", "park-orphan", "park-return", "park-hints"]
        patterns.voicemail = ["macro-vm", "vm-", "ext-vm", "app-vmmain", "app-dialvm", "macro-exten-vm"]
        return patterns
    }()

    /// The built-in patterns for a priority.
    ///
    /// With `origin` it adds the names of trunks in MikoPBX and FreePBX, and the classes of service of VitalPBX.
    package static func builtIn(for priority: DirectionPriority) -> ContextPatterns {
        var patterns = builtIn
        guard priority == .origin else { return patterns }
        patterns.external += ["*-incoming", "incoming-*", "from-digital", "from-trunk-*", "from-pstn-*"]
        patterns.internal += ["cos-*"]
        return patterns
    }
}
