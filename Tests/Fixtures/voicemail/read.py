"""Reads mails with Python's parser: a second opinion. Prints a JSON object for each file given, one a line."""
import email, email.policy, hashlib, json, sys


def structure(part):
    name = part.get_content_type()
    return f"{name}({', '.join(map(structure, part.get_payload()))})" if part.is_multipart() else name


for path in sys.argv[1:]:
    raw = open(path, "rb").read()
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    decoded = {part.get_content_type(): part.get_payload(decode=True) for part in leaves}
    audio = [part for part in leaves if part.get_content_maintype() == "audio"]
    text = lambda kind: decoded.get(kind, b"").decode(errors="strict")
    print(json.dumps({
        "structure": structure(mail),
        "defects": [str(defect) for part in mail.walk() for defect in part.defects],
        "text": text("text/plain"),
        "html": text("text/html"),
        "audio": hashlib.sha256(audio[0].get_payload(decode=True)).hexdigest() if audio else "",
        "name": audio[0].get_filename() if audio else "",
        "to": [address for _, address in email.utils.getaddresses(mail.get_all("To", []))],
        "longest": max(map(len, raw.split(b"\n\n", 1)[1].split(b"\n"))),
    }))
