import Basics
import Testing

struct MetricsTests {
    @Test func `the exposition is what Prometheus reads`() {
        let registry = Registry()
        let sent = registry.counter("sent_total", "Things sent.")
        let red = registry.counter("cars_total", "Cars.", [("colour", "red")])
        let depth = registry.gauge("depth", "Depth.")
        let odd = registry.counter("cars_total", "Cars.", [("colour", "o\"d\\d\n")])
        let seconds = registry.histogram("seconds", "Time.", [("code", "2xx")], bounds: [0.1, 1])
        sent.add(3)
        red.add()
        odd.add(2)
        depth.value = 1.5
        for value in [0.1, 0.5, 7] { seconds.observe(value) }
        let expected = """
            # HELP sent_total Things sent.
            # TYPE sent_total counter
            sent_total 3
            # HELP cars_total Cars.
            # TYPE cars_total counter
            cars_total{colour="red"} 1
            cars_total{colour="o\\"d\\\\d\\n"} 2
            # HELP depth Depth.
            # TYPE depth gauge
            depth 1.5
            # HELP seconds Time.
            # TYPE seconds histogram
            seconds_bucket{code="2xx",le="0.1"} 1
            seconds_bucket{code="2xx",le="1.0"} 2
            seconds_bucket{code="2xx",le="+Inf"} 3
            seconds_sum{code="2xx"} 7.6
            seconds_count{code="2xx"} 3

            """
        #expect(String(decoding: registry.render(), as: UTF8.self) == expected)
    }
}
