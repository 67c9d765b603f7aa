import Basics
import CallRecords
package import Daemon

extension DirectionConfiguration {
    package static let contextSettings = SettingGroup<DirectionConfiguration>(
        title: "Contexts",
        introduction: """
            Contexts of your dialplan, added to those that the program knows. Case does not count, `*` stands for \
            anything, and a name that ends in `-` stands for all that begin so. Lists under several keys add up; \
            a list in `ASTERISK_CUSTOM_CONTEXTS` replaces the one of the JSON file.
            """,
        settings: [
            Setting(
                nil,
                "contexts.internal",
                "contexts.custom_internal",
                at: \.contexts.internal,
                .contextPatterns,
                "Contexts of calls from phones."
            ),
            Setting(
                nil,
                "contexts.external",
                "contexts.custom_external",
                at: \.contexts.external,
                .contextPatterns,
                "Contexts of calls from trunks."
            ),
            Setting(
                nil,
                "contexts.outbound",
                "contexts.custom_outbound",
                at: \.contexts.outbound,
                .contextPatterns,
                "Contexts of calls to trunks."
            ),
            Setting(
                nil,
                "contexts.queue",
                "contexts.custom_queue",
                "queue_ivr.queue_contexts",
                at: \.contexts.queue,
                .contextPatterns,
                "Contexts of queues."
            ),
            Setting(
                nil,
                "contexts.ivr",
                "contexts.custom_ivr",
                "queue_ivr.ivr_contexts",
                at: \.contexts.ivr,
                .contextPatterns,
                "Contexts of voice menus."
            ),
            Setting(
                nil,
                "contexts.conference",
                "contexts.custom_conference",
                at: \.contexts.conference,
                .contextPatterns,
                "Contexts of conferences."
            ),
            Setting(
                nil,
                "contexts.parking",
                "contexts.custom_parking",
                at: \.contexts.parking,
                .contextPatterns,
                "Contexts of parked calls."
            ),
            Setting(
                nil,
                "contexts.voicemail",
                "contexts.custom_voicemail",
                at: \.contexts.voicemail,
                .contextPatterns,
                "Contexts of voicemail."
            ),
            Setting(
                "ASTERISK_CUSTOM_CONTEXTS",
                at: \.contextsFromEnvironment,
                .contexts,
                "The lists above as one JSON object.",
                example: #"{"internal":["from-branch-*"],"external":["from-carrier-7"],"outbound":[]}"#
            ),
        ]
    )
}

extension SettingType where Value == [String: [String]] {
    /// A JSON object with lists of context patterns; the names are those of `ContextPatterns`.
    fileprivate static var contexts: Self {
        Self(
            #"JSON such as {"internal":["from-branch-*"],"external":[],"outbound":[]}; "#
                + "the names are \(ContextPatterns.lists.map(\.name).joined(separator: ", "))",
            not: "from-branch",
            show: { lists in lists.isEmpty ? "" : json(lists) },
            read: { text in
                guard let members = (try? JSONParser.parse(text))?.members else { return nil }
                var result: [String: [String]] = [:]
                for member in members where member.name != "comment" {
                    guard ContextPatterns.lists.contains(where: { $0.name == member.name }),
                        let patterns = SettingType<[String]>.contextPatterns.read(.json(member.value))
                    else { return nil }
                    result[member.name] = patterns
                }
                return result
            }
        )
    }

    private static func json(_ lists: Value) -> String {
        var writer = JSONWriter()
        let members = lists.sorted { $0.key < $1.key }.map { list in
            JSONValue.Member(name: list.key, value: .array(list.value.map { .string($0) }))
        }
        writer.value(.object(members))
        return writer.text
    }
}

extension SettingType where Value == [String] {
    fileprivate static var contextPatterns: Self {
        list(of: "context names, * for anything,", not: "from branch") { name in
            name.utf8.contains(ASCII.space) ? nil : name
        }
    }
}
