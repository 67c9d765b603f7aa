/// What an administrator decides about records: how a direction is told and which CDRs are left out.
package struct RecordPolicy: Sendable {
    package var direction: DirectionSettings
    package var filters: FilterSettings

    package init(direction: DirectionSettings = DirectionSettings(), filters: FilterSettings = FilterSettings()) {
        self.direction = direction
        self.filters = filters
    }
}
