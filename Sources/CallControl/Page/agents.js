// The agents: state, time in it, pause.
import { button, find, keyed, make, perform, row, setSince, setState, setText } from "./elements.js";
import { askForPause } from "./dialogs.js";
import { count } from "./format.js";

export const STATES = {
  offline: ["Offline", "none"], on_hold: ["On hold", "warn"], on_call: ["On call", "warn"],
  ringing: ["Ringing", "warn"], paused: ["Paused", "bad"], wrapup: ["Wrap-up", "warn"], available: ["Available", "ok"],
};
/** The most agents that are shown; a search finds the others. */
const MOST = 200;

export class AgentList {
  #session;
  #model;
  #list = find("#agent-rows");
  #search = find("#agents-search");

  constructor(session, model) {
    [this.#session, this.#model] = [session, model];
    this.#search.addEventListener("input", () => this.show());
  }

  show() {
    const text = this.#search.value.trim().toLowerCase();
    const found = [...this.#model.agents.values()].filter((agent) =>
      !text || [agent.extension, agent.name, agent.state, agent.pauseReason, ...agent.queues.map((one) => one.queue)]
        .some((value) => value?.toLowerCase().includes(text)));
    found.sort((one, other) => one.extension.localeCompare(other.extension, "en", { numeric: true }));
    setText(find("#agents-note"), found.length > MOST ? `the first ${MOST} of ${found.length}` : "");
    keyed(
      this.#list, found.slice(0, MOST), (agent) => agent.extension, () => this.#make(),
      (element, agent) => this.#update(element, agent), find("#agents-title"),
    );
    find("#agents-none").hidden = found.length > 0;
  }

  #make() {
    const element = row("li", {
      number: make("span", "number soft"), name: make("span", "id"), state: make("span", "pill"),
      since: make("span", "number"), pause: button("Pause", "", (one) => this.#pause(one, element.agent)),
      more: make("span", "more"),
    });
    return element;
  }

  #update(element, agent) {
    element.agent = agent;
    const { number, name, state, since, pause, more } = element.parts;
    setText(number, agent.extension);
    setText(name, agent.name);
    const [text, kind] = STATES[agent.state] ?? [agent.state, "none"];
    setText(state, text);
    setState(state, kind);
    setSince(since, agent.since);
    const reason = agent.paused ? [agent.state === "paused" ? "" : "paused", agent.pauseReason ?? ""] : [];
    const queues = agent.queues.map((one) => one.queue).join(", ");
    setText(more, [...reason, queues].filter((word) => word).join(" · "));
    setText(pause, agent.paused ? "Unpause" : "Pause");
    pause.setAttribute("aria-label", `${pause.textContent} ${agent.extension}`);
    pause.classList.toggle("gone", !this.#session.may("", [agent.extension]) || agent.queues.length === 0);
  }

  #pause(element, agent) {
    if (!agent.paused) return askForPause(this.#session, agent);
    return perform(element, () => this.#session.change(
      "PUT", `/api/ami/users/${encodeURIComponent(agent.extension)}/status`, { status: "available" },
    ));
  }
}

export class QueueList {
  #model;
  #list = find("#queue-rows");

  constructor(model) { this.#model = model; }

  show() {
    const queues = [...this.#model.queues.values()];
    queues.sort((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }));
    setText(find("#queues-note"), "");
    keyed(this.#list, queues, (queue) => queue.name, QueueList.#make, QueueList.#update);
    find("#queues-none").hidden = queues.length > 0;
  }

  static #make() {
    const [name, waiting] = [make("span", "id"), make("span", "pill")];
    const longest = make("span", "number");
    return row("li", {
      head: row("p", { name, waiting, label: make("span", "soft"), longest }, "queue-head"),
      members: make("p", "more"), callers: make("ol", "callers"),
    });
  }

  static #update(element, queue) {
    const { head, members, callers } = element.parts;
    const { waiting } = queue;
    setText(head.parts.name, queue.name);
    setText(head.parts.waiting, waiting.length ? `${waiting.length} waiting` : "Nobody waits");
    setState(head.parts.waiting, waiting.length ? (queue.available ? "warn" : "bad") : "ok");
    const joined = waiting.map((caller) => caller.joinedAt).filter((time) => time);
    setText(head.parts.label, joined.length ? "longest" : "");
    setSince(head.parts.longest, joined.length ? Math.min(...joined) : null);
    setText(members, [
      `${queue.available} available`, `${queue.busy} on call`, `${queue.paused} paused`,
      count(queue.members.length, "member"),
    ].join(" · "));
    const shown = waiting.slice(0, 5);
    keyed(
      callers, shown, (caller) => caller.callId ?? caller.position,
      () => row("li", { number: make("span", "soft"), since: make("span", "number") }),
      ({ parts }, caller) => {
        setText(parts.number, `${caller.position}. ${caller.number ?? "unknown"}`);
        setSince(parts.since, caller.joinedAt);
      },
    );
  }
}
