import Testing
import VoicemailProcessor

struct TemplateTests {
    @Test(arguments: [
        ("<b>{{TITLE}}</b>", ["TITLE": "A & B <i> \"'"], "<b>A &amp; B &lt;i&gt; &quot;&#39;</b>"),
        ("{{ VM_NAME }}", ["VM_NAME": "Zoë"], "Zoë"),
        ("{{VM_NAME}}", ["VM_NAME": "{{TITLE}}", "TITLE": "no"], "{{TITLE}}"),
        ("{{VM_NAME}}", ["VM_NAME": "a\u{1b}[31m\r\nb\u{202e}\u{0}"], "a[31m b"),
        ("{{TRANSCRIPTION}}", ["TRANSCRIPTION": "one\r\n<two>\nthree"], "one<br>\n&lt;two&gt;<br>\nthree"),
        ("a{{#if VM_ALERT}}<p>{{VM_ALERT}}</p>{{/if}}b", [:], "ab"),
        ("a{{#if VM_ALERT}}<p>{{VM_ALERT}}</p>{{/if}}b", ["VM_ALERT": "full"], "a<p>full</p>b"),
        ("{{#if  TITLE }}x{{ /if }}{{TITLE}}", ["TITLE": "t"], "xt"),
        ("a { b } {c} }} {{", [:], "a { b } {c} }} {{"),
        ("", [:], ""),
    ])
    func `Values take the place of their names, escaped`(template: String, values: [String: String], html: String)
        throws
    {
        #expect(try Template(template).render(values) == html)
    }

    @Test(arguments: [
        ("{{#if TITLE}}\n{{#if VM_NAME}}{{/if}}{{/if}}", TemplateError.nested(line: 2)),
        ("\n\n{{#if TITLE}}", .unclosed(line: 3)),
        ("\n{{/if}}", .unopened(line: 2)),
    ])
    func `A template that cannot be used is refused with its line`(text: String, error: TemplateError) {
        #expect(throws: error) { try Template(text) }
    }

    @Test func `A template may have 256 KiB`() throws {
        let text = String(repeating: "a", count: 256 << 10)
        #expect(try Template(text).render([:]).utf8.count == 256 << 10)
        #expect(throws: TemplateError.tooLarge(limit: 256 << 10)) { try Template(text + "b") }
    }

    @Test func `A name that does not exist stays empty and is reported once for each place`() throws {
        let template = try Template("a{{TRACKING}}b\n{{#if NEVER}}c{{/if}}{{}}\n{{open")
        #expect(template.render(["TRACKING": "x"]) == "ab\n\n{{open")
        #expect(
            template.warnings == [
                "line 1: unknown name TRACKING, it stays empty", "line 2: unknown name NEVER, it stays empty",
                "line 2: unknown name , it stays empty", "line 3: {{ without }}",
            ]
        )
    }

    @Test func `The template of the package uses each name that there is, and no other`() throws {
        #expect(try Template(Template.builtIn).warnings == [])
    }
}
