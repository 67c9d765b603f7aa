/// Why a template cannot be used.
package enum TemplateError: Error, Equatable, CustomStringConvertible {
    case tooLarge(limit: Int)
    /// A condition inside a condition.
    case nested(line: Int)
    /// A `{{#if}}` without its `{{/if}}`.
    case unclosed(line: Int)
    /// A `{{/if}}` without its `{{#if}}`.
    case unopened(line: Int)

    package var description: String {
        switch self {
        case .tooLarge(let limit): "the template has more than \(limit >> 10) KiB"
        case .nested(let line): "line \(line): {{#if}} inside another one; close the first with {{/if}}"
        case .unclosed(let line): "line \(line): {{#if}} without {{/if}}"
        case .unopened(let line): "line \(line): {{/if}} without {{#if}}"
        }
    }
}
