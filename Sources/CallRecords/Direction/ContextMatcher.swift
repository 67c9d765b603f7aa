package import Basics

/// Knows what contexts are for, from their names; all patterns are compiled once.
package struct ContextMatcher: Sendable {
    private var exact: [[UInt8]: ContextClasses] = [:]
    private var wild: [(pattern: ContextPattern, classes: ContextClasses)] = []

    /// - Parameter custom: patterns beside the built-in ones.
    package init(custom: ContextPatterns = ContextPatterns()) {
        for (classes, list) in ContextClasses.lists {
            for text in ContextPatterns.builtIn[keyPath: list] + custom[keyPath: list] {
                let pattern = ContextPattern(text)
                if let name = pattern.exactName {
                    exact[name, default: []].formUnion(classes)
                } else {
                    wild.append((pattern, classes))
                }
            }
        }
    }

    /// What a context is for; nothing when no pattern fits its name.
    package func classes(of name: Bytes) -> ContextClasses {
        let folded = name.map(ASCII.lowercased)
        var classes = exact[folded] ?? []
        for (pattern, more) in wild where !classes.isSuperset(of: more) && pattern.matches(folded[...]) {
            classes.formUnion(more)
        }
        return classes
    }
}
