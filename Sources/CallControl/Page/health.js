// What the service says of itself: the connection to Asterisk, Redis, the state, and figures of the day.
import { find, keyed, make, row, setState, setText } from "./elements.js";
import { time } from "./format.js";

const SYNC = {
  synced: ["In step with Asterisk", "ok"], syncing: ["Reading the lists of Asterisk", "warn"],
  ami_down: ["Asterisk is not connected", "bad"], waiting: ["Not read yet", "warn"],
};

/** Answers that only some users get, and that a service without the feature does not have. */
const VIEWS = {
  stats: ["manager", "/api/admin/call-stats"],
  ami: ["admin", "/api/admin/ami/connections"],
  redis: ["admin", "/api/admin/redis/health"],
};

export class Health {
  #session;
  #model;
  #answers = {};
  #missing = new Set();

  constructor(session, model) { [this.#session, this.#model] = [session, model]; }

  clear() {
    this.#answers = {};
    this.#missing.clear();
  }

  /** Asks the service; what it does not have is not asked for again. */
  async read() {
    await Promise.all(Object.entries(VIEWS).map(async ([name, [role, path]]) => {
      if (this.#missing.has(name) || !this.#session.isAtLeast(role)) return;
      const answer = await this.#session.optional(path).catch(() => undefined);
      if (answer === null) this.#missing.add(name);
      if (answer !== undefined) this.#answers[name] = answer;
    }));
    this.show();
  }

  show() {
    const { stats } = this.#answers;
    for (const tile of document.querySelectorAll(".today")) tile.hidden = !stats?.today;
    if (stats?.today) {
      setText(find("#tile-answered"), stats.today.answered);
      setText(find("#tile-missed"), stats.today.missed);
    }
    keyed(
      find("#health-rows"), this.#rows(), ({ key, name }) => key ?? name,
      () => row("li", { name: make("span", "soft"), state: make("span", "pill"), more: make("span", "what") }),
      ({ parts }, { name, word, state, more }) => {
        setText(parts.name, name);
        setText(parts.state, word);
        setState(parts.state, state);
        setText(parts.more, more);
      },
    );
  }

  #rows() {
    const [word, state] = SYNC[this.#model.sync] ?? [this.#model.sync, "warn"];
    const { ami, redis } = this.#answers;
    const last = this.#model.lastEvent;
    const rows = [{ name: "State", word, state, more: last ? `last event at ${time(last)}` : "no event yet" }];
    for (const [index, one] of (ami?.connections ?? []).entries()) {
      const isUp = one.state === "online";
      const more = [one.version, one.since ? `since ${time(one.since)}` : "", one.lastError];
      rows.push({
        key: `ami ${index}`, name: `AMI, ${one.purpose}`, word: one.state, state: isUp ? "ok" : "bad",
        more: more.filter((text) => text).join("; "),
      });
    }
    if (redis) {
      const isGood = redis.status === "up" || redis.mode === "embedded" || redis.status === "embedded";
      const latency = redis.latencyMs === undefined || redis.latencyMs === null ? "" : `${redis.latencyMs} ms`;
      rows.push({
        name: "Redis", word: redis.status, state: isGood ? "ok" : "bad",
        more: [redis.mode, latency].filter((text) => text).join("; "),
      });
    }
    return rows;
  }
}
