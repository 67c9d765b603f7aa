extension Duration {
    /// The length of audio with a constant rate, in whole milliseconds, rounded down.
    ///
    /// A sparse file may have any size up to 8 EiB, so the division comes first, to prevent an overflow.
    ///
    /// - Parameters:
    ///   - bytes: 0 or more.
    ///   - rate: bytes per second, above 0.
    static func milliseconds(bytes: Int, perSecond rate: Int) -> Duration {
        .seconds(bytes / rate) + .milliseconds(bytes % rate * 1000 / rate)
    }
}
