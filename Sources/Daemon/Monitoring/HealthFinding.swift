/// Whether a connector works, with an explanation for its administrator.
package enum HealthFinding: Equatable {
    case healthy(String)
    /// It does not work; the text says what to do about it.
    case sick(String)
}
