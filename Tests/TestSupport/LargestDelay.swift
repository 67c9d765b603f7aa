/// Always the largest delay, so that times are known.
///
/// Not empty: the thread sanitizer takes the address of what is passed `inout`, and an empty value has none.
package struct LargestDelay: RandomNumberGenerator {
    private let largest = UInt64.max

    package init() {}

    package mutating func next() -> UInt64 { largest }
}
