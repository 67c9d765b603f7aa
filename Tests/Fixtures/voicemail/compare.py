"""Compares mails that sendmail got with the mail of Asterisk, with Python's own parser: compare.py ORIGINAL MAIL...

Prints for each mail `original` (the same bytes) or `new`, a blank and the text of the message; and fails when it is neither:
each header of the original but three has to be there as it was, in its order, and the audio byte for byte.
"""
import email
import email.errors
import email.policy
import sys

REPLACED = {"content-type", "content-transfer-encoding", "mime-version"}


def headers(content):
    """The header fields as they were written, without those that are replaced."""
    head = content.split(b"\n\n", 1)[0]
    fields = []
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] += b"\n" + line
        else:
            fields.append(line)
    return [field for field in fields if field.split(b":")[0].strip().lower().decode("latin-1") not in REPLACED]


def parts(content):
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    return [part for part in message.walk() if not part.is_multipart()]


def raw_audio(content):
    """The decoded bodies of all parts that are neither text nor HTML; a part that ends in its headers has none."""
    bodies = [
        part.get_payload(decode=True)
        for part in parts(content)
        if part.get_content_type() not in ("text/plain", "text/html")
        # The begin of a header, which the parser takes for content.
        and not any(isinstance(defect, email.errors.MissingHeaderBodySeparatorDefect) for defect in part.defects)
    ]
    return [body for body in bodies if body]


def text(content, kind):
    for part in parts(content):
        if part.get_content_type() == kind:
            return part.get_payload(decode=True).decode("utf-8")
    return ""


def check(original, mail):
    if mail == original:
        return "original"
    assert headers(mail) == headers(original), f"headers differ: {headers(mail)} {headers(original)}"
    assert raw_audio(mail) == raw_audio(original), "the audio differs"
    kinds = [part.get_content_type() for part in parts(mail)]
    assert kinds[0] == "text/plain", kinds
    for line in mail.split(b"\n"):
        assert len(line) <= 998, "a line is too long"
    return "new " + " ".join(text(mail, "text/plain").split())


with open(sys.argv[1], "rb") as file:
    ORIGINAL = file.read()
for path in sys.argv[2:]:
    with open(path, "rb") as file:
        print(check(ORIGINAL, file.read()))
