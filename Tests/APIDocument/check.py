"""Compares docs/api.yaml with itself, with what the program does on each status, and with what it really sends."""

import os
import sys
import tempfile

from capture import Capture
from document import Document, decisions, messages, uploads
from simulation import KEY, Site


def members(document):
    """What is described, by the names under which the capture counts it."""
    schemas = document.root["components"]["schemas"]
    kinds = ("CDR", "CEL", "DirectionMetadata", "Recording", "VoicemailMetadata")
    known = {name: set(schemas[name]["properties"]) for name in kinds}
    for _, _, operation in document.operations():
        names = {document.resolve(parameter)["name"] for parameter in operation.get("parameters", [])}
        known[operation["operationId"]] = names
    return known


def main(binary):
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
    document = Document("docs/api.yaml")
    document.check()
    document.check_answers("postRecords", decisions("Tests/Fixtures/delivery/decisions.txt"))
    document.check_answers("postRecording", uploads("Tests/Fixtures/delivery/uploads.txt"))
    document.check_answers("postVoicemail", messages("Tests/Fixtures/voicemail/answers.txt"))
    if not document.complaints:
        with tempfile.TemporaryDirectory() as directory:
            traffic(document, Site(binary, directory))
    for complaint in document.complaints:
        print(f"api-check: {complaint}", file=sys.stderr)
    return 1 if document.complaints else 0


def traffic(document, site):
    with site.api() as api:
        capture = Capture(document, int(api.find(r"simulated API on http://127\.0\.0\.1:(\d+)")), KEY)
        site.play("mapped", capture.url, record=site.record)
        site.play("plain", capture.url, ["--no-mappings", "--no-timestamps"])
        site.send_mails(capture.url)
    for name in ("getHealth", "postRecords", "postRecording", "postVoicemail"):
        if not capture.requests.get(name):
            document.complain(f"{name} was never sent")
    unseen = []
    for kind, names in members(document).items():
        unseen += [f"{kind}.{name}" for name in sorted(names - set(capture.seen.get(kind, {})))]
    print("api-check: requests:", ", ".join(f"{count} {name}" for name, count in sorted(capture.requests.items())))
    print("api-check: answers:", ", ".join(f"{status} to {name}" for name, status in sorted(capture.answers)))
    print("api-check: described, and not in this traffic:", ", ".join(unseen) or "nothing")


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
