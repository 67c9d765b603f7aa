import Basics
import Testing

@testable import Redis

struct RedisURLTests {
    private func read(_ url: String) throws(RedisURLError) -> RedisConfiguration { try RedisConfiguration(url: url) }

    @Test func `each part of a URL is read`() throws {
        let plain = try read("redis://host")
        #expect(plain.address == .tcp(host: "host", port: 6379))
        #expect(plain.tls == nil && plain.user == nil && plain.password == nil && plain.database == 0)
        let full = try read("rediss://me:p%40ss%3aw@redis.example.com:6380/12")
        #expect(full.address == .tcp(host: "redis.example.com", port: 6380))
        #expect(full.tls?.verifies == true && full.user == "me" && full.password?.revealed == "p@ss:w")
        #expect(full.database == 12)
        #expect(full.place == "redis.example.com:6380/12")
    }

    @Test(arguments: [
        ("redis://[::1]:7000", RedisAddress.tcp(host: "::1", port: 7000)),
        ("redis://[fe80::1]", .tcp(host: "fe80::1", port: 6379)), ("redis://", .tcp(host: "localhost", port: 6379)),
        ("REDIS://a/", .tcp(host: "a", port: 6379)), ("redis://:7@a:1", .tcp(host: "a", port: 1)),
        ("unix:///run/a%20b.sock", .unix(path: "/run/a b.sock")), ("unix://:x@/run/r.sock", .unix(path: "/run/r.sock")),
    ])
    func `addresses have several forms`(url: String, address: RedisAddress) throws {
        #expect(try read(url).address == address)
    }

    @Test func `parameters add what has no other place`() throws {
        let unix = try read("unix:///run/redis.sock?db=3&username=u&password=s%26t")
        #expect(unix.database == 3 && unix.user == "u" && unix.password?.revealed == "s&t")
        let tls = try read("rediss://h?ssl_cert_reqs=none&ssl_ca_certs=/etc/ca.pem&db=1")
        #expect(tls.tls?.verifies == false && tls.tls?.authorityFile == "/etc/ca.pem" && tls.database == 1)
    }

    @Test func `a user part without a colon is a password, as redis-cli has it`() throws {
        let configuration = try read("redis://secret@host")
        #expect(configuration.user == nil && configuration.password?.revealed == "secret")
        #expect(try read("redis://user:@host").password == nil)
        #expect(try read("redis://a@b@host").password?.revealed == "a@b")
    }

    @Test(arguments: [
        ("http://host", RedisURLError.scheme), ("redis:host", .scheme), ("host:6379", .scheme), ("", .scheme),
        ("redis://h:0", .port), ("redis://h:65536", .port), ("redis://h:x", .port), ("redis://[::1", .host),
        ("redis://[::1]x", .host), ("redis://a b", .host), ("redis://h/x", .database), ("redis://h/-1", .database),
        ("redis://h?db=x", .database), ("redis://h?hunter2", .parameter), ("redis://h?hunter2=1", .parameter),
        ("redis://h?ssl_cert_reqs=none", .parameter), ("redis://:hunter2%@h", .escape), ("redis://:%00@h", .escape),
        ("redis://:hunter2#@h", .fragment), ("unix://run/r.sock", .path), ("unix://", .path),
    ])
    func `a wrong URL is refused, and its error repeats nothing of it`(url: String, expected: RedisURLError) {
        let error = #expect(throws: RedisURLError.self) { try RedisConfiguration(url: url) }
        #expect(error == expected)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func `a password shows in no description`() throws {
        let configuration = try read("redis://me:hunter2@host/1")
        #expect(!"\(configuration)".contains("hunter2") && !configuration.place.contains("hunter2"))
        var text = ""
        dump(configuration, to: &text)
        #expect(!text.contains("hunter2"))
    }
}
