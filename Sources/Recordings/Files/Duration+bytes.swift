extension Duration {
    /// How long audio of a steady rate lasts, in whole milliseconds rounded down.
    ///
    /// A sparse file may claim any size up to 8 EiB, so nothing is multiplied before it is divided.
    ///
    /// - Parameters:
    ///   - bytes: 0 or more.
    ///   - rate: bytes per second, above 0.
    static func milliseconds(bytes: Int, perSecond rate: Int) -> Duration {
        .seconds(bytes / rate) + .milliseconds(bytes % rate * 1000 / rate)
    }
}
