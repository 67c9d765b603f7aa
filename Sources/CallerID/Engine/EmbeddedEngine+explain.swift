extension EmbeddedEngine {
    /// Explains which number a request would get; nothing is counted, reserved or written.
    ///
    /// Decisions wait meanwhile: about a millisecond with 20,000 numbers.
    package func explain(_ request: SelectionRequest) -> SelectionExplanation {
        look { state, now in state.explain(request, at: now) }
    }
}
