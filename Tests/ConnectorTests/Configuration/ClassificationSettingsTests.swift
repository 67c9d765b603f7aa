import Basics
import CallRecords
import Daemon
import Reporting
import Testing

@testable import Connector

/// What the settings of direction and filters come to for those who use them.
struct ClassificationSettingsTests {
    private func direction(_ variables: [String: String], json: String? = nil) throws -> DirectionSettings {
        try #require(loadConfiguration(variables, json: json).configuration).reporting.direction.directionSettings
    }

    private func filter(_ variables: [String: String]) throws -> FilterSettings {
        try #require(loadConfiguration(variables).configuration).reporting.filter.filterSettings
    }

    @Test func `without settings the defaults are those of the classifier and the filters`() throws {
        #expect("\(try direction([:]))" == "\(DirectionSettings())")
        #expect("\(try filter([:]))" == "\(FilterSettings())")
    }

    @Test func `each variable of the direction is heeded`() throws {
        #expect(try direction(["ASTERISK_DIRECTION_PRIORITY": "dcontext"]).priority == .dcontext)
        #expect(try direction([:], json: #"{"direction":{"priority":"DContext"}}"#).priority == .dcontext)
        #expect(try direction(["ASTERISK_EXT_MIN_LENGTH": "3"]).extensionLengths == 3...7)
        #expect(try direction(["ASTERISK_EXT_MAX_LENGTH": "5"]).extensionLengths == 2...5)
        #expect(try direction(["ASTERISK_INTL_PREFIXES": "0011,+"]).internationalPrefixes == ["0011", "+"])
        #expect(try direction(["ASTERISK_E164_ENABLED": "false"]).recognisesE164 == false)
        #expect(try direction(["ASTERISK_DETECT_TRANSFERS": "no"]).detectsTransfers == false)
        #expect(try direction(["ASTERISK_CACHE_TTL": "7"]).cacheLifetime == .seconds(7))
        #expect(try direction(["ASTERISK_ENABLE_CACHE": "false"]).cacheLifetime == nil)
        let contexts = try direction(["ASTERISK_CUSTOM_CONTEXTS": #"{"external":["carrier-*"]}"#]).contexts
        #expect(contexts.external == ["carrier-*"])
    }

    @Test func `contexts of the JSON file reach the classifier`() throws {
        let json = #"{"contexts":{"custom_internal":["branch-*"]},"queue_ivr":{"ivr_contexts":["menu-"]}}"#
        var classifier = DirectionClassifier(try direction([:], json: json))
        func text(_ text: String) -> Bytes { Array(text.utf8)[...] }
        let input = DirectionInput(
            context: text("Branch-7"),
            destinationContext: text("menu-1"),
            source: text("4165551234"),
            destination: text("2125551234")
        )
        let decision = classifier.decision(input, at: .now)
        #expect(decision.direction == .outbound && decision.metadata.contexts == [.internal, .ivr])
    }

    @Test func `each variable of the filters is heeded`() throws {
        #expect(try filter(["CDR_FILTER_ENABLED": "false"]).isEnabled == false)
        #expect(try filter(["CDR_FILTER_EXCLUDE_DST": "h,t"]).excludedDestinations == ["h", "t"])
        #expect(try filter(["CDR_FILTER_EXCLUDE_DST": ""]).excludedDestinations == [])
        #expect(try filter(["CDR_FILTER_QUEUE_ATTEMPTS": "true"]).leavesOutQueueAttempts)
        #expect(try filter(["CDR_FILTER_ZERO_DURATION": "true"]).leavesOutZeroDuration)
        #expect(try filter(["CDR_FILTER_MIN_DURATION": "90"]).minimumDuration == 90)
        #expect(try filter(["CDR_FILTER_INTERNAL_ONLY": "true"]).internalOnly)
    }

    @Test func `a command that uses some settings does not ask for others`() throws {
        func load(_ variables: [String: String], json: String = "{}") -> LoadResult<ReportingConfiguration> {
            let sources = SettingSources(configFile: "config.json", environment: variables) {
                (_, _) throws(SystemError) in Array(json.utf8)
            }
            var loader = SettingsLoader(sources, known: SettingTable.sections)
            let configuration = loader.load(ReportingFeature.self)
            return LoadResult(configuration, loader.finish())
        }
        let fine = load(
            ["AMI_PORT": "x", "API_KEY_FILE": "/none", "CDR_FILTER_MIN_DURATION": "4"],
            json: #"{"extension":{"min_length":3},"api":{"region":"nowhere"}}"#
        )
        #expect(fine.errors.isEmpty && fine.warnings.isEmpty)
        #expect(fine.configuration?.filter.filterSettings.minimumDuration == 4)
        #expect(fine.configuration?.direction.directionSettings.extensionLengths == 3...7)
        let wrong = load(["ASTERISK_EXT_MIN_LENGTH": "9", "CDR_FILTER_ENABLED": "perhaps", "AMI_PORT": "x"])
        #expect(wrong.configuration == nil && wrong.errors.count == 2)
    }
}
