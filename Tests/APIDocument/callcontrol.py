"""Requests to `calls run` that change calls, agents and queues, for calls.py: a call for each kind of command."""

import itertools
import time

# What calls are made for; a call needs two phones, and somebody of the simulation may be busy or not answer.
CALLS = ["talk", "park", "blind", "managed", "cancel", "queue"]
TRIES = 3
AGENTS = len(CALLS) * TRIES * 2 + 10
# The PBX refuses one parking and ignores one new member of a queue.
FAULTS = ["refuse-action Park", "ignore-action QueueAdd"]

# Phones that are in no call, from here on.
IDLE = 1001 + len(CALLS) * TRIES * 2

CALL, TALK, PARK = "/api/ami/calls", "/api/ami/calls/{talk}", "/api/ami/calls/{park}"
AGENT, TRANSFERS = "/api/ami/users/1001", "/api/enhanced-transfers"
NEW = {"extension": "1001", "number": "1002"}

# Method, path, query, body, who asks (None for nobody), the status that must come, and an Idempotency-Key.
COMMANDS = [
    ("POST", f"{CALL}/originate", {}, {}, "anna", 400),
    ("POST", f"{CALL}/originate", {}, NEW, None, 401),
    ("POST", f"{CALL}/originate", {}, {**NEW, "extension": "1003"}, "anna", 403),
    ("POST", f"{CALL}/originate", {}, {**NEW, "number": "1999"}, "anna", 422),
    ("PUT", f"{TALK}/hold", {}, {"extension": 7}, "alma", 400),
    ("PUT", f"{TALK}/hold", {}, None, None, 401),
    ("PUT", f"{TALK}/hold", {}, None, "mara", 403),
    ("PUT", f"{CALL}/call_0/hold", {}, None, "anna", 404),
    ("PUT", f"{TALK}/hold", {}, {}, "alma", 200, "hold-1"),
    ("PUT", f"{TALK}/hold", {}, {}, "alma", 200, "hold-1"),
    ("PUT", f"{TALK}/hold", {}, None, "alma", 422, "hold-1"),
    ("PUT", f"{TALK}/hold", {}, None, "alma", 409),
    ("POST", f"{TALK}/dtmf", {}, {"digits": "1"}, "alma", 409),
    ("PUT", f"{TALK}/unhold", {}, {"x": 1}, "alma", 400),
    ("PUT", f"{TALK}/unhold", {}, None, None, 401),
    ("PUT", f"{TALK}/unhold", {}, None, "mara", 403),
    ("PUT", f"{CALL}/call_0/unhold", {}, None, "anna", 404),
    ("PUT", f"{TALK}/unhold", {}, None, "alma", 200),
    ("PUT", f"{TALK}/unhold", {}, None, "alma", 409),
    ("POST", f"{TALK}/answer", {}, {"x": 1}, "root", 400),
    ("POST", f"{TALK}/answer", {}, None, None, 401),
    ("POST", f"{TALK}/answer", {}, None, "mara", 403),
    ("POST", f"{CALL}/call_0/answer", {}, None, "root", 404),
    ("POST", f"{TALK}/answer", {}, None, "root", 409),
    ("POST", f"{TALK}/dtmf", {}, {"digits": "x"}, "root", 400),
    ("POST", f"{TALK}/dtmf", {}, {"digits": "1"}, None, 401),
    ("POST", f"{TALK}/dtmf", {}, {"digits": "1"}, "mara", 403),
    ("POST", f"{CALL}/call_0/dtmf", {}, {"digits": "1"}, "root", 404),
    ("POST", f"{TALK}/dtmf", {}, {"digits": "1#"}, "root", 200),
    ("POST", f"{TALK}/mute", {}, {"direction": "in"}, "root", 400),
    ("POST", f"{TALK}/mute", {}, {"on": True}, None, 401),
    ("POST", f"{TALK}/mute", {}, {"on": True}, "mara", 403),
    ("POST", f"{CALL}/call_0/mute", {}, {"on": True}, "root", 404),
    ("POST", f"{TALK}/mute", {}, {"direction": "all", "on": True}, "root", 200),
    ("POST", f"{TALK}/mute", {}, {"on": False}, "root", 200),
    ("POST", f"{TALK}/recording", {}, {"action": "x"}, "alma", 400),
    ("POST", f"{TALK}/recording", {}, {"action": "start"}, None, 401),
    ("POST", f"{TALK}/recording", {}, {"action": "start"}, "mara", 403),
    ("POST", f"{CALL}/call_0/recording", {}, {"action": "start"}, "alma", 404),
    ("POST", f"{TALK}/recording", {}, {"action": "start"}, "alma", 200),
    ("POST", f"{TALK}/recording", {}, {"action": "start"}, "alma", 409),
    ("POST", f"{TALK}/recording", {}, {"action": "pause"}, "alma", 200),
    ("POST", f"{TALK}/recording", {}, {"action": "resume"}, "alma", 200),
    ("POST", f"{TALK}/recording", {}, {"action": "stop"}, "alma", 200),
    ("POST", f"{PARK}/park", {}, {"x": 1}, "alma", 400),
    ("POST", f"{PARK}/park", {}, None, None, 401),
    ("POST", f"{PARK}/park", {}, None, "mara", 403),
    ("POST", f"{CALL}/call_0/park", {}, None, "alma", 404),
    ("POST", f"{PARK}/park", {}, None, "alma", 502),
    ("POST", f"{PARK}/park", {}, None, "alma", 200),
    ("POST", f"{PARK}/park", {}, None, "alma", 409),
    ("PUT", f"{AGENT}/status", {}, {"status": "paused", "reason": "lunch"}, "anna", 200),
    ("PUT", f"{AGENT}/status", {}, {"status": "available", "queue": "q600"}, "anna", 200),
    ("PUT", f"{AGENT}/status", {}, {"status": "gone"}, "anna", 400),
    ("PUT", f"{AGENT}/status", {}, {"status": "paused"}, None, 401),
    ("PUT", f"{AGENT}/status", {}, {"status": "paused"}, "mara", 403),
    ("PUT", "/api/ami/users/1003/status", {}, {"status": "paused"}, "anna", 404),
    ("PUT", f"{AGENT}/status", {}, {"status": "paused", "queue": "none"}, "anna", 409),
    ("POST", f"{AGENT}/queues/q601", {}, {"penalty": -1}, "root", 400),
    ("POST", f"{AGENT}/queues/q601", {}, None, None, 401),
    ("POST", f"{AGENT}/queues/q601", {}, None, "anna", 403),
    ("POST", "/api/ami/users/1999/queues/q601", {}, None, "root", 404),
    ("POST", f"{AGENT}/queues/none", {}, None, "root", 422),
    ("POST", f"{AGENT}/queues/q601", {}, {"penalty": 2}, "root", 504),
    ("POST", f"{AGENT}/queues/q601", {}, {"penalty": 2}, "root", 200),
    ("POST", f"{AGENT}/queues/q601", {}, None, "root", 200),
    ("DELETE", f"{AGENT}/queues/q601", {}, {"x": 1}, "root", 400),
    ("DELETE", f"{AGENT}/queues/q601", {}, None, None, 401),
    ("DELETE", f"{AGENT}/queues/q601", {}, None, "anna", 403),
    ("DELETE", "/api/ami/users/1999/queues/q601", {}, None, "root", 404),
    ("DELETE", f"{AGENT}/queues/none", {}, None, "root", 422),
    ("DELETE", f"{AGENT}/queues/q601", {}, None, "root", 200),
    ("DELETE", TALK, {"cause": "0"}, None, "alma", 400),
    ("DELETE", TALK, {}, None, None, 401),
    ("DELETE", TALK, {}, None, "mara", 403),
    ("DELETE", f"{CALL}/call_0", {}, None, "anna", 404),
    ("DELETE", TALK, {"cause": "16"}, None, "alma", 200, "end-1"),
    ("DELETE", TALK, {}, None, "alma", 200),
    ("PUT", f"{TALK}/hold", {}, None, "alma", 409),
]


class Control:
    """Makes calls, and does to them all that is in the tables."""

    def __init__(self, client):
        self.client, self.calls = client, {}
        self.idle = itertools.count(IDLE)

    def run(self):
        self.make()
        for command in COMMANDS:
            self.ask(*command)
        self.answer()
        self.transfer()

    def ask(self, method, path, query, body, user, expected, key=None):
        return self.client.ask(method, path.format(**self.calls), query, body, user, expected, key)

    def wait(self, what, condition):
        """What `condition` gives, once it gives something."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            result = condition()
            if result:
                return result
            time.sleep(0.1)
        raise SystemExit(f"api-check: not within 60 s: {what}")

    # Calls

    def begin(self, extension, number):
        body = {"extension": extension, "number": number, "timeout": 20, "variables": {"CALLERID": "Check"}}
        user = "alma" if int(extension) % 4 == 1 else "root"
        return self.ask("POST", f"{CALL}/originate", {}, body, user, 202)["callId"]

    def state(self, call):
        return self.ask("GET", f"{CALL}/{call}", {}, None, "alma", 200)["call"]["state"]

    def make(self):
        """Begins all calls at once, and takes the first of each kind that talks; those of 1001 are for `talk`."""
        begun = {name: [] for name in CALLS}
        for number in range(len(CALLS) * TRIES):
            numbers = (str(1001 + 2 * number), str(1002 + 2 * number))
            begun[CALLS[number // TRIES]].append((numbers, self.begin(*numbers)))
        for name, calls in begun.items():
            self.wait(f"the call {name}", lambda: self.choose(name, calls))

    def choose(self, name, calls):
        for index, (numbers, call) in enumerate(calls):
            state = self.state(call)
            if state == "up":
                self.calls[name] = call
                return True
            if state == "ended":
                calls[index] = (numbers, self.begin(*numbers))
        return False

    def answer(self):
        """Lets a phone that rings answer, unless somebody was quicker."""
        def is_answered():
            call = self.begin(str(next(self.idle)), str(next(self.idle)))
            self.wait("a call that rings", lambda: self.state(call) != "originating")
            return self.ask("POST", f"{CALL}/{call}/answer", {}, None, "root", (200, 409, 502))["success"]

        self.wait("an answer", is_answered)

    # Transfers

    def transfer(self):
        for name, kind in [("blind", "blind"), ("managed", "managed"), ("queue", "queue")]:
            self.refuse(self.calls[name], kind)
        body = {"type": "blind", "target": str(next(self.idle))}
        blind = self.ask("POST", f"{CALL}/{{blind}}/transfer", {}, body, "root", 202)["transferId"]
        self.begin_transfer("queue", "queue", "q600")
        managed, cancelled = Managed(self, "managed"), Managed(self, "cancel")
        managed.finish("POST", f"{TRANSFERS}/complete", True, ["consulting"])
        cancelled.finish("DELETE", TRANSFERS, False, ["consulting_ringing", "consulting"])
        self.wait("the call after a transfer", lambda: self.state(self.calls["cancel"]) == "up")
        self.begin_transfer("cancel", "blind", str(next(self.idle)))
        self.wait("the blind transfer", lambda: self.transfer_state(blind)["endedAt"])
        self.read(managed.id)

    def begin_transfer(self, name, kind, target):
        body = {"callId": self.calls[name], "target": target, "context": "from-internal"}
        return self.ask("POST", f"{TRANSFERS}/{kind}", {}, body, "alma", 202)["transferId"]

    def refuse(self, call, kind):
        """Asks for what is not done, at both addresses."""
        target, missing = ("q600", "none") if kind == "queue" else (str(IDLE), "1999")
        body = {"callId": call, "target": target}
        path = f"{TRANSFERS}/{kind}"
        self.ask("POST", path, {}, {"callId": call}, "root", 400)
        self.ask("POST", path, {}, body, None, 401)
        self.ask("POST", path, {}, body, "mara", 403)
        self.ask("POST", path, {}, {**body, "callId": "call_0"}, "root", 404)
        self.ask("POST", path, {}, {**body, "callId": self.calls["talk"]}, "root", 409)
        self.ask("POST", path, {}, {**body, "target": missing}, "root", 422)
        if kind != "blind":
            return
        body = {"type": kind, "target": target}
        path = f"{CALL}/{call}/transfer"
        self.ask("POST", path, {}, {**body, "type": "x"}, "alma", 400)
        self.ask("POST", path, {}, body, None, 401)
        self.ask("POST", path, {}, body, "mara", 403)
        self.ask("POST", f"{CALL}/call_0/transfer", {}, body, "alma", 404)
        self.ask("POST", f"{TALK}/transfer", {}, body, "alma", 409)
        self.ask("POST", path, {}, {**body, "target": missing}, "alma", 422)

    def transfer_state(self, transfer):
        return self.ask("GET", f"{TRANSFERS}/{transfer}/state", {}, None, "mara", 200)["transfer"]

    def read(self, transfer):
        self.ask("GET", TRANSFERS, {}, None, "anna", 200)
        self.ask("GET", TRANSFERS, {"from": "x"}, None, "root", 400)
        self.ask("GET", TRANSFERS, {"callId": self.calls["blind"], "from": "1"}, None, "root", 200)
        self.ask("GET", f"{TRANSFERS}/enhanced-status", {}, None, "root", 200)
        for name in ("health", "capabilities"):
            self.ask("GET", f"{TRANSFERS}/{name}", {}, None, "anna", 200)
        for name in ("", "/enhanced-status", "/health", "/capabilities", f"/{transfer}", f"/{transfer}/state"):
            self.ask("GET", TRANSFERS + name, {}, None, None, 401)
        self.ask("GET", f"{TRANSFERS}/{transfer}", {}, None, "mara", 200)
        for name in ("transfer_0", "transfer_0/state"):
            self.ask("GET", f"{TRANSFERS}/{name}", {}, None, "root", 404)


class Managed:
    """A managed transfer; begun again with somebody else when the target is busy or does not answer."""

    def __init__(self, control, name):
        self.control, self.name = control, name
        self.begin()

    def begin(self):
        self.id = self.control.begin_transfer(self.name, "managed", str(next(self.control.idle)))

    def finish(self, method, path, has_body, states):
        """Completes or cancels it once it is in one of the states; also when that cannot be."""
        control = self.control
        control.wait(f"a transfer {states}", lambda: self.is_in(states))

        def ask(transfer, user, expected, key=None, more=None):
            body = {"transferId": transfer, **(more or {})} if has_body or more else None
            address = path if has_body else f"{path}/{transfer}"
            control.ask(method, address, {}, body, user, expected, key)

        ask(self.id, "root", 400, more={"x": 1})
        ask(self.id, None, 401)
        ask(self.id, "mara", 403)
        ask("transfer_0", "alma", 404)
        ask(self.id, "root", 200, f"{method}-1")
        ask(self.id, "root", 200, f"{method}-1")
        ask("transfer_0", "root", 422, f"{method}-1")
        ask(self.id, "alma", 409)

    def is_in(self, states):
        transfer = self.control.transfer_state(self.id)
        if transfer["endedAt"]:
            self.begin()
        return transfer["state"] in states
