import FuzzTargets
import Glibc

/// The target that FUZZ_TARGET names.
private let target: FuzzTarget? = unsafe getenv("FUZZ_TARGET").flatMap { name in
    FuzzTarget(rawValue: unsafe String(cString: name))
}

/// libFuzzer's own mutations.
@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ capacity: Int) -> Int

/// Called by libFuzzer for each input; a violated property aborts the process like a crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    guard let target else {
        print("fuzz: FUZZ_TARGET must be one of \(FuzzTarget.allCases.map(\.rawValue))")
        exit(64)
    }
    if let problem = target.problem(with: unsafe Array(UnsafeBufferPointer(start: start, count: size))) {
        print("fuzz: \(target): \(problem)")
        fflush(nil)
        abort()
    }
    return 0
}

/// Called by libFuzzer to change an input; every other time it follows the structure that the target's parser expects.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ capacity: Int, _ seed: CUnsignedInt) -> Int {
    guard seed & 1 == 0, let target else { return unsafe mutateBytes(data, size, capacity) }
    var mutator = StructuredMutator(target, seed: seed)
    let mutated = mutator.mutated(unsafe Array(UnsafeBufferPointer(start: data, count: size))).prefix(capacity)
    for (index, byte) in mutated.enumerated() { unsafe data[index] = byte }
    return mutated.count
}
