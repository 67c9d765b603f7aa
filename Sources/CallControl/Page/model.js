// Calls, agents, queues and transfers as they are now: lists, and the events that came after them.

const LISTS = {
  calls: ["/api/ami/calls", "callId"],
  agents: ["/api/ami/users/status", "extension"],
  queues: ["/api/ami/queues", "name"],
};
const TRANSFERS = "/api/enhanced-transfers/enhanced-status";
const OVER = new Set(["completed", "returned", "failed", "abandoned", "cancelled", "rolled_back"]);

export class Model {
  calls = new Map();
  agents = new Map();
  queues = new Map();
  transfers = new Map();
  /** `synced`, `syncing`, `ami_down` or `waiting`: whether the service has the state of the PBX. */
  sync = "waiting";
  /** When the last event came, by the clock of the service. */
  lastEvent = null;
  #seq = { calls: 0, agents: 0, queues: 0 };

  /** Reads all lists; the number of the event behind which to listen. */
  async load(session) {
    const names = Object.keys(LISTS);
    const answers = await Promise.all(names.map((name) => session.get(LISTS[name][0])));
    names.forEach((name, index) => {
      const key = LISTS[name][1];
      this[name] = new Map(answers[index][name].map((object) => [object[key], object]));
      this.#seq[name] = answers[index].seq;
    });
    const isStale = answers.some((answer) => answer.stale);
    if (!isStale) this.sync = "synced";
    else if (this.sync === "synced") this.sync = "syncing";
    const transfers = (await session.optional(TRANSFERS).catch(() => null))?.transfers ?? [];
    this.transfers = new Map(transfers.filter((one) => !OVER.has(one.state)).map((one) => [one.transferId, one]));
    return Math.min(...answers.map((answer) => answer.seq));
  }

  /** Takes an event; whether the lists are to be read again. */
  apply(event) {
    const { id, eventType, timestamp, data } = event;
    this.lastEvent = timestamp;
    const [kind, what] = eventType.split(":");
    if (kind === "call" && id > this.#seq.calls) {
      if (data.state === "ended") this.calls.delete(data.callId);
      else this.calls.set(data.callId, data);
    } else if (eventType === "agent:status" && id > this.#seq.agents) {
      this.agents.set(data.extension, data);
    } else if (kind === "queue" && id > this.#seq.queues) {
      this.queues.set(data.name, data);
    } else if (kind === "transfer") {
      if (OVER.has(data.state)) this.transfers.delete(data.transferId);
      else this.transfers.set(data.transferId, data);
    } else if (kind === "system" && what !== "gap") {
      this.sync = what;
      return what === "synced";
    }
    return eventType === "system:gap";
  }

  clear() {
    for (const map of [this.calls, this.agents, this.queues, this.transfers]) map.clear();
    [this.sync, this.lastEvent] = ["waiting", null];
  }

  agentName(extension) { return this.agents.get(extension)?.name ?? ""; }
}
