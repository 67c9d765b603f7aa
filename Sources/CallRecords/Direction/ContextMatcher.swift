package import Basics

/// Finds the classes of contexts from their names; all patterns are compiled once.
package struct ContextMatcher: Sendable {
    /// Compiled patterns from one source: built-in or custom.
    private struct Table {
        private var exact: [[UInt8]: ContextClasses] = [:]
        private var wild: [(pattern: ContextPattern, classes: ContextClasses)] = []

        init(_ patterns: ContextPatterns) {
            for (classes, list) in ContextClasses.lists {
                for text in patterns[keyPath: list] {
                    let pattern = ContextPattern(text)
                    if let name = pattern.exactName {
                        exact[name, default: []].formUnion(classes)
                    } else {
                        wild.append((pattern, classes))
                    }
                }
            }
        }

        /// - Parameter name: in lower case.
        func classes(of name: [UInt8]) -> ContextClasses {
            var classes = exact[name] ?? []
            for (pattern, more) in wild where !classes.isSuperset(of: more) && pattern.matches(name[...]) {
                classes.formUnion(more)
            }
            return classes
        }
    }

    private let builtIn: Table
    private let custom: Table
    private let priority: DirectionPriority

    /// - Parameters:
    ///   - custom: patterns in addition to the built-in ones.
    ///   - priority: with `origin`, a custom pattern overrides a built-in one that says the opposite (internal or
    ///     external).
    package init(custom: ContextPatterns = ContextPatterns(), _ priority: DirectionPriority = .origin) {
        builtIn = Table(.builtIn(for: priority))
        self.custom = Table(custom)
        self.priority = priority
    }

    /// The classes of a context; empty when no pattern matches its name.
    package func classes(of name: Bytes) -> ContextClasses {
        let folded = name.map(ASCII.lowercased)
        let (own, known) = (custom.classes(of: folded), builtIn.classes(of: folded))
        guard priority == .origin else { return known.union(own) }
        return switch own.intersection([.internal, .external]) {
        case .internal: known.subtracting(.external).union(own)
        case .external: known.subtracting(.internal).union(own)
        default: known.union(own)
        }
    }
}
