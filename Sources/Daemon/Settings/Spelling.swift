/// Suggests corrections for misspelt words.
enum Spelling {
    /// The candidate with the fewest typing errors from `word`; `nil` when all differ too much.
    ///
    /// Case is ignored. A quarter of the letters may be wrong, and always two. Words of more than 128 bytes get no
    /// suggestion.
    static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
        guard word.utf8.count <= 128 else { return nil }
        let limit = max(2, word.utf8.count / 4)
        let letters = Array(word.lowercased().utf8)
        var best: (name: String, errors: Int)?
        for candidate in candidates {
            let errors = distance(letters, Array(candidate.lowercased().utf8))
            guard errors <= limit, errors < candidate.utf8.count else { continue }
            if errors < best?.errors ?? .max { best = (candidate, errors) }
        }
        return best?.name
    }

    /// The number of letters to insert, remove, replace or swap with their neighbour (optimal string alignment).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let isSame = left[row] == right[column]
                var cost = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
