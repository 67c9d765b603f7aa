import Basics
import Testing

@testable import AMI
@testable import Reporting

struct ReportingFeatureTests {
    @Test func `events that are being lost keep the process from being ready, other gaps do not`() {
        let start = Timestamp(seconds: 1_795_224_000)
        let gaps = Gap.Cause.allCases.map { Gap(cause: $0, from: start, to: start.adding(seconds: 9), events: 1234) }
        let problems = ReportingFeature.problems(gaps)
        #expect(problems.count == 1 && problems[0].contains("since \(start): 1234 so far; look at the spool"))
    }
}
