/// Why a file is not uploaded, for now or permanently.
package enum SkipReason: String, Sendable, CaseIterable {
    case `extension`
    case notIncluded = "not_included"
    case excluded
    case tooOld = "too_old"
    case tooYoung = "too_young"
    case tooSmall = "too_small"
    case tooLarge = "too_large"
    /// It has a header and no audio.
    case empty
    case tooShort = "too_short"
    /// It has been seen in this state only once.
    case unsettled
    /// Its header has no sizes yet.
    case stillOpen = "still_open"
    case unreadable
    /// A link, a pipe, a device.
    case notRegular = "not_regular"
    /// The folder is nested too deeply.
    case tooDeep = "too_deep"

    /// Whether the file may become ready without a change of the file or the settings.
    package var isPassing: Bool {
        switch self {
        case .tooYoung, .unsettled, .stillOpen, .unreadable: true
        default: false
        }
    }

    /// The reason as text to follow "not uploaded: ".
    package var explanation: StaticString {
        switch self {
        case .extension: "its extension is not in RECORDING_FILE_EXTENSIONS"
        case .notIncluded: "its name has none of RECORDING_INCLUDE_PATTERNS in it"
        case .excluded: "its name has one of RECORDING_EXCLUDE_PATTERNS in it"
        case .tooOld: "its last write is more than RECORDING_MAX_AGE_HOURS ago"
        case .tooYoung: "its last write is less than RECORDING_MIN_AGE_MINUTES ago"
        case .tooSmall: "it has fewer bytes than RECORDING_MIN_FILE_SIZE"
        case .tooLarge: "it has more bytes than RECORDING_MAX_BYTES"
        case .empty: "it has a header and no audio"
        case .tooShort: "it has less audio than RECORDING_MIN_DURATION"
        case .unsettled: "it must be unchanged in two scans; the next scan decides"
        case .stillOpen: "its header has no sizes, so it may still be written; it goes after ten minutes of quiet"
        case .notRegular: "it is a link, a pipe or a device, which are not followed"
        case .tooDeep: "it lies more than 32 folders deep; watch a folder further down"
        case .unreadable:
            "it cannot be read; give the user of the connector the right to, in a container by PUID or PGID"
        }
    }
}
