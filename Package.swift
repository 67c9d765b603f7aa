// swift-tools-version: 6.2
import PackageDescription

/// Every strict switch the toolchain has; each target uses them all.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// A door to a C library: a module map and a header, found through pkg-config.
func door(_ name: String, pkgConfig: String? = nil, debian: String? = nil) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: debian.map { [.apt([$0])] })
}

/// - Parameter embedded: files that become bytes in the code, as `PackageResources.name_extension`.
func library(_ name: String, _ dependencies: [Target.Dependency], embedded: [String] = []) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        resources: embedded.map { .embedInCode($0) },
        swiftSettings: strict
    )
}

func tests(of name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: dependencies + ["Basics", "TestSupport"], swiftSettings: strict)
}

/// Measurements, built only when asked for: `scripts/bench`.
let benchmarks: [Target] =
    Context.environment["ASTERISK_CONNECTOR_BENCHMARKS"] == nil
    ? []
    : [
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "Connector", "Reporting", "Recordings", "Delivery", "Daemon", "CallRecords", "LiveCalls", "CallerID",
                "AMI", "AGI", "HTTP", "Redis", "Spool", "Simulation", "Basics",
            ],
            path: "Benchmarks",
            exclude: ["agi-echo.c"],
            swiftSettings: strict
        )
    ]

/// The entry points of libFuzzer, built only when asked for: `scripts/fuzz`.
let isFuzzing = Context.environment["ASTERISK_CONNECTOR_FUZZ"] != nil
let fuzzing: [Target] =
    isFuzzing
    ? [.target(name: "Fuzz", dependencies: ["FuzzTargets", "Basics"], path: "Fuzz", swiftSettings: strict)]
    : []

/// All test targets; SwiftPM links them into one program.
let allTests = [
    tests(of: "Basics", []),
    tests(of: "AMI", ["AMI"]),
    tests(of: "AGI", ["AGI"]),
    tests(of: "CallRecords", ["CallRecords", "AMI"]),
    tests(of: "LiveCalls", ["LiveCalls", "AMI"]),
    tests(of: "SQLite", ["SQLite"]),
    tests(of: "Spool", ["Spool", "SQLite", "SpoolTestSupport"]),
    tests(of: "Mail", ["Mail"]),
    tests(of: "HTTP", ["HTTP"]),
    tests(of: "Redis", ["Redis", "RedisTestSupport"]),
    tests(of: "SocketIO", ["SocketIO", "HTTP"]),
    tests(of: "ODBC", ["ODBC", "SQLServerTestSupport"]),
    tests(of: "Daemon", ["Daemon", "HTTP", "AMI"]),
    tests(
        of: "Delivery",
        ["Delivery", "Daemon", "Spool", "CallRecords", "HTTP", "AMI", "Simulation", "FuzzTargets", "SpoolTestSupport"]
    ),
    tests(
        of: "Reporting",
        ["Reporting", "Delivery", "Daemon", "Spool", "CallRecords", "AMI", "Simulation", "SpoolTestSupport"]
    ),
    tests(
        of: "Recordings",
        [
            "Recordings", "Delivery", "Daemon", "Spool", "CallRecords", "HTTP", "AMI", "Simulation",
            "SpoolTestSupport",
        ]
    ),
    tests(of: "VoicemailProcessor", ["VoicemailProcessor", "Voicemail", "Mail", "Daemon", "HTTP"]),
    tests(of: "Voicemail", ["Voicemail", "Daemon"]),
    tests(
        of: "CallerID",
        [
            "CallerID", "AGI", "Daemon", "HTTP", "ODBC", "Redis", "RedisTestSupport", "SQLite", "SQLServerTestSupport",
        ]
    ),
    tests(
        of: "CallControl",
        [
            "CallControl", "LiveCalls", "SocketIO", "Daemon", "HTTP", "AMI", "SQLite", "Redis", "RedisTestSupport",
            "ODBC", "Simulation",
            "SQLServerTestSupport",
        ]
    ),
    tests(of: "Simulation", ["Simulation", "LiveCalls", "HTTP", "AMI"]),
    tests(
        of: "Connector",
        [
            "Connector", "Reporting", "Recordings", "Voicemail", "CallerID", "CallControl", "Delivery", "Daemon",
            "CallRecords", "AMI", "Spool", "HTTP", "Simulation", "FuzzTargets", "SpoolTestSupport",
        ]
    ),
    tests(
        of: "Integration",
        [
            "asterisk-connector", "asterisk-connector-voicemail", "Connector", "Reporting", "Recordings", "CallerID",
            "Delivery", "Daemon", "Simulation", "Spool",
            "HTTP", "AMI", "SpoolTestSupport", "RedisTestSupport",
        ]
    ),
]

/// One of them when it is named: the others are then neither compiled nor linked (`scripts/test --only`).
let chosenTests =
    Context.environment["ASTERISK_CONNECTOR_TESTS"].map { name in allTests.filter { $0.name == name } } ?? allTests

// In order of dependence: nothing points up.
let package = Package(
    name: "asterisk-connector",
    products: [
        .executable(name: "asterisk-connector", targets: ["asterisk-connector"]),
        .executable(name: "asterisk-connector-voicemail", targets: ["asterisk-connector-voicemail"]),
    ]
        + (isFuzzing ? [.library(name: "Fuzz", type: .static, targets: ["Fuzz"])] : []),
    targets: [
        door("CLinux"),
        door("COpenSSL", pkgConfig: "openssl", debian: "libssl-dev"),
        door("CSQLite", pkgConfig: "sqlite3", debian: "libsqlite3-dev"),
        door("CCurl", pkgConfig: "libcurl", debian: "libcurl4-openssl-dev"),
        door("CZlib", pkgConfig: "zlib", debian: "zlib1g-dev"),
        door("CMicrohttpd", pkgConfig: "libmicrohttpd", debian: "libmicrohttpd-dev"),
        door("CGMime", pkgConfig: "gmime-3.0", debian: "libgmime-3.0-dev"),
        door("CHiredis", pkgConfig: "hiredis", debian: "libhiredis-dev"),
        door("CCrypt", pkgConfig: "libcrypt", debian: "libcrypt-dev"),
        // Loaded at run time: types and constants only.
        door("CODBC"),
        door("CWslay", debian: "libwslay-dev"),

        library("Basics", ["CLinux", "COpenSSL", "CCrypt"]),
        library("AMI", ["Basics"]),
        library("AGI", ["Basics"]),
        library("CallRecords", ["AMI", "Basics"]),
        library("LiveCalls", ["AMI", "Basics"]),
        library("SQLite", ["CSQLite", "Basics"]),
        library("Spool", ["SQLite", "Basics"]),
        library("Mail", ["CGMime", "Basics"]),
        library("HTTP", ["CCurl", "CZlib", "CMicrohttpd", "CWslay", "Basics"]),
        library("Redis", ["CHiredis", "Basics"]),
        library("SocketIO", ["HTTP", "Basics"]),
        library("ODBC", ["CODBC", "Basics"]),
        library("Daemon", ["HTTP", "AMI", "Basics"], embedded: ["Page/page.css", "Page/page.svg"]),
        library("Delivery", ["Daemon", "Spool", "CallRecords", "HTTP", "AMI", "Basics"]),
        library("Reporting", ["Delivery", "Daemon", "Spool", "CallRecords", "AMI", "Basics"]),
        library("Recordings", ["Delivery", "Daemon", "Spool", "CallRecords", "HTTP", "AMI", "Basics"]),
        library("Voicemail", ["Daemon", "Basics"]),
        library(
            "CallerID",
            ["Daemon", "SQLite", "Redis", "ODBC", "AGI", "HTTP", "Basics"],
            embedded: [
                "shared", "select", "lookup", "release", "store", "remove", "merge", "read", "presence", "tidy",
            ].map { "Redis/\($0).lua" }
                + ["dashboard.html", "dashboard.css", "dashboard.js", "login.html"].map { "Page/\($0)" }
        ),
        library(
            "CallControl",
            ["LiveCalls", "SocketIO", "Daemon", "SQLite", "Redis", "ODBC", "HTTP", "AMI", "Basics"],
            embedded: [
                "admin", "agents", "app", "calls", "dialogs", "elements", "format", "health", "model", "session",
                "stream",
                "transfers",
            ].map { "Page/\($0).js" } + ["Page/calls.css", "Page/calls.html"]
                + ["lead", "publish", "write", "leave"].map { "Redis/\($0).lua" }
        ),
        library(
            "VoicemailProcessor",
            ["Voicemail", "Mail", "Daemon", "HTTP", "Basics"],
            embedded: ["Template/email.template.default"]
        ),
        .executableTarget(
            name: "asterisk-connector-voicemail",
            dependencies: ["VoicemailProcessor", "Daemon"],
            path: "Sources/VoicemailMain",
            swiftSettings: strict
        ),
        library("Simulation", ["Daemon", "HTTP", "AMI", "Basics"]),
        library(
            "Connector",
            [
                "Reporting", "Recordings", "Voicemail", "CallerID", "CallControl", "Simulation", "Delivery", "Daemon",
                "Spool",
                "CallRecords", "HTTP", "AMI", "Basics",
            ],
            embedded: ["html", "css", "js"].map { "Monitoring/Page/live.\($0)" }
        ),
        .executableTarget(
            name: "asterisk-connector",
            dependencies: ["Connector", "Daemon", "Basics"],
            path: "Sources/Main",
            swiftSettings: strict
        ),

        .target(
            name: "TestSupport",
            dependencies: ["Basics"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "SpoolTestSupport",
            dependencies: ["Spool", "TestSupport", "Basics"],
            path: "Tests/SpoolTestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "RedisTestSupport",
            dependencies: ["TestSupport", "Basics"],
            path: "Tests/RedisTestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "SQLServerTestSupport",
            dependencies: ["TestSupport", "Basics"],
            path: "Tests/SQLServerTestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Connector", "Reporting", "Recordings", "Delivery", "Daemon", "CallRecords", "AMI", "AGI", "Spool",
                "CallerID", "HTTP", "SocketIO", "Redis", "Basics",
            ],
            path: "Tests/FuzzTargets",
            swiftSettings: strict
        ),
    ] + chosenTests + benchmarks + fuzzing
)
