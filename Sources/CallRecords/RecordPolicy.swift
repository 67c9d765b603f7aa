/// The settings for records: how the direction is decided and which CDRs are dropped.
package struct RecordPolicy: Sendable {
    package var direction: DirectionSettings
    package var filters: FilterSettings

    package init(direction: DirectionSettings = DirectionSettings(), filters: FilterSettings = FilterSettings()) {
        self.direction = direction
        self.filters = filters
    }
}
