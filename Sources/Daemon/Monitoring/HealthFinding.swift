/// Whether a connector works, in words for its administrator.
package enum HealthFinding: Equatable {
    case healthy(String)
    /// With what to do about it.
    case sick(String)
}
