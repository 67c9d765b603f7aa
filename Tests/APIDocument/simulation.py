"""The built connector between a simulated PBX and the capture, with recordings."""

import json
import os
import re
import subprocess
import time
import urllib.request

KEY = "sk_0123456789abcdefghijABCDEFGHIJ01"


class Process:
    """A command of the program; it ends with this value's context."""

    def __init__(self, binary, arguments, log, environment=None):
        self.log = log
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                [binary, *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment or {}
            )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

    def text(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read()

    def find(self, pattern):
        return eventually(pattern, lambda: re.search(pattern, self.text()))[1]


def eventually(what, condition, seconds=120):
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise SystemExit(f"api-check: not within {seconds} s: {what}")
        time.sleep(0.1)


class Site:
    def __init__(self, binary, directory):
        self.binary, self.directory = binary, directory

    def file(self, name):
        return os.path.join(self.directory, name)

    def api(self):
        """An API that fails now and then."""
        sequence = [None, {"status": 503, "retry_after": "0"}, "gzip_refused", {"status": 429, "retry_after": "1"}]
        behaviour = json.dumps({"sequence": sequence})
        arguments = ["simulate", "api", "--port", "0", "--token", KEY, "--behaviour", behaviour]
        return Process(self.binary, arguments, self.file("api.log"))

    def pbx(self, name, options):
        log = ["--log", self.file(f"{name}.jsonl")]
        arguments = ["simulate", "pbx", "--port", "0", "--calls", "150", "--rate", "0", "--seed", "11", *log]
        return Process(self.binary, arguments + ["--wait-for-login", *options], self.file(f"{name}.log"))

    def environment(self, name, port, url):
        return {
            "API_KEY": KEY, "API_URL": url, "AMI_HOST": "127.0.0.1", "AMI_PORT": port, "AMI_USERNAME": "connector",
            "AMI_PASSWORD": "simulated", "SPOOL_DIR": self.file(f"spool-{name}"), "MONITORING_PORT": "0",
            "CDR_BATCH_FORCE_TIMEOUT": "1", "CDR_FILTER_ENABLED": "false",
            "RECORDING_WATCH_PATHS": self.file("recordings"), "RECORDING_CHECK_INTERVAL_SECONDS": "1",
            "RECORDING_MIN_AGE_MINUTES": "0", "RECORDING_MIN_FILE_SIZE": "0",
            "RECORDING_FILE_EXTENSIONS": "wav,mp3,gsm,ulaw",
        }  # fmt: skip

    def play(self, name, url, options=(), record=None):
        """Plays calls of a PBX until all of its records, and the recordings of them, were taken."""
        with self.pbx(name, options) as pbx:
            port = pbx.find(r"simulated PBX on 127\.0\.0\.1:(\d+)")
            environment = self.environment(name, port, url)
            # For the request to /health; at another port, since the calls are played to the first who logs in.
            elsewhere = {**environment, "AMI_PORT": "1"}
            subprocess.run([self.binary, "check"], env=elsewhere, stdout=subprocess.DEVNULL, check=False)
            with Process(self.binary, ["run"], self.file(f"{name}-connector.log"), environment) as connector:
                monitoring = connector.find(r"monitoring url=(http://\S+)/metrics")
                eventually("the PBX has played", lambda: pbx.process.poll() is not None)
                expected = sum(1 for _ in open(self.file(f"{name}.jsonl"), encoding="utf-8"))
                eventually("all was taken", lambda: self.is_done(monitoring, expected))
                count = record(self.file(f"{name}.jsonl")) if record else 0
                eventually("the recordings were taken", lambda: connector.text().count("recording uploaded") >= count)

    def send_mails(self, url):
        """Gives captured mails of Asterisk to `voicemail mail`, with a sendmail that takes everything."""
        environment = {
            "VOICEMAIL_API_KEY": KEY, "API_URL": url, "SENDMAIL_CMD": "/bin/true", "HOST_HOSTNAME": "pbx-1",
            "VOICEMAIL_QUEUE_DIR": self.file("queue"), "TEMP_DIR": self.directory,
        }  # fmt: skip
        for name in ("caller-utf8", "caller-with-markup", "gsm", "wav"):
            with open(f"Tests/Fixtures/voicemail/{name}.eml", "rb") as mail:
                subprocess.run([self.binary, "voicemail", "mail"], stdin=mail, env=environment, check=True)

    def is_done(self, monitoring, expected):
        """Whether so many records were received, and none of them waits."""
        with urllib.request.urlopen(f"{monitoring}/status") as answer:
            books = json.load(answer)["records"].values()
        return sum(b["received"] for b in books) >= expected > 100 and not any(b["waiting"] for b in books)

    def record(self, log):
        """Writes files as Asterisk and its users name them, some of them of calls that were played; how many."""
        with open(log, encoding="utf-8") as file:
            calls = [entry["uniqueid"] for entry in map(json.loads, file) if entry.get("kind") == "cdr"]
        wav = (b"RIFF" + (1636).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
               + b"\1\0\1\0" + (8000).to_bytes(4, "little") + (16000).to_bytes(4, "little") + b"\2\0\x10\0data"
               + (1600).to_bytes(4, "little") + bytes(1600))  # fmt: skip
        files = {
            "2026/11/21/in-101-4165551234-20261121-013205-1795224725.12.wav": wav,
            "queues/sales/queue-sales-1795224726.1.gsm": bytes(33 * 100),
            "voicemail/default/101/INBOX/msg0000.wav": wav,
            "outbound-101-2026-11-21-01-32-05.mp3": b"\xff\xfb\x90\0" + bytes(413),
            "notiz für zoë.ulaw": bytes(16000),
        }
        files |= {f"call-{call}.wav": wav for call in calls[:60]}
        for name, content in files.items():
            path = os.path.join(self.file("recordings"), name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as output:
                output.write(content)
            os.utime(path, (time.time() - 900, time.time() - 900))
        return len(files)
