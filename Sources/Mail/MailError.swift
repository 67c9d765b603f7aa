package import Basics

/// Why a mail cannot be read or written; what to do is always the same: the mail goes on as it is.
package enum MailError: Error, Equatable, CustomStringConvertible {
    /// Reading or writing a file failed.
    case system(SystemError)
    /// The mail is not one: no end of the headers, a line among them that is none, a part cut off in its headers.
    case malformed(String)
    /// Mail of a kind that is not taken apart: signed, encrypted, another mail inside.
    case unsupported(String)
    /// Something is larger than its limit.
    case tooLarge(String)

    package var description: String {
        switch self {
        case .system(let error): error.description
        case .malformed(let what): "malformed mail: \(what)"
        case .unsupported(let what): "unsupported mail: \(what)"
        case .tooLarge(let what): "mail over a limit: \(what)"
        }
    }
}
