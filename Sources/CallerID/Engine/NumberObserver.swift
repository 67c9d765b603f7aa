/// Gets the changes of numbers, such as to bring them to other instances.
protocol NumberObserver: Sendable {
    /// Called after changes that are stored, in order; changes of the same caller wait until it returns.
    func numbersChanged(_ records: [NumberRecord], removed: [Digits]) async
}
