// The table of calls, and what may be done with each.
import { button, find, keyed, make, perform, row, setSince, setState, setText } from "./elements.js";
import { askForTransfer } from "./dialogs.js";

const STATES = {
  originating: ["Dialling", "none"], ringing: ["Ringing", "none"], up: ["Talking", "ok"], held: ["On hold", "warn"],
  queued: ["Waiting", "warn"], parked: ["Parked", "warn"], transferring: ["Transfer", "none"],
};
const RECORDINGS = { on: "Recording", paused: "Paused", unknown: "Unknown" };
const DIRECTIONS = { inbound: "incoming", outbound: "outgoing", internal: "internal" };
/** The most calls that are shown; a search finds the others. */
const MOST = 200;

/** The party that is none of the own extensions; of an internal call the one who was called. */
const partner = (call, model) => {
  const [, other] = call.agentExtensions;
  if (call.direction === "internal" && other) return [model.agentName(other), other];
  return [call.remoteName ?? "", call.remoteNumber ?? ""];
};

const person = (element, name, number) => {
  const { name: nameElement, number: numberElement } = element.parts;
  setText(nameElement, name);
  setText(numberElement, number);
};

const personCell = (className) =>
  row("td", { name: make("span", "id"), number: make("span", "soft") }, `person ${className}`);

const address = (call) => `/api/ami/calls/${encodeURIComponent(call.callId)}`;

export class CallTable {
  #session;
  #model;
  #body = find("#call-rows");
  #search = find("#calls-search");

  constructor(session, model) {
    [this.#session, this.#model] = [session, model];
    this.#search.addEventListener("input", () => this.show());
  }

  show() {
    const found = [...this.#model.calls.values()].filter((call) => this.#fits(call));
    found.sort((one, other) => one.createdAt - other.createdAt || (one.callId < other.callId ? -1 : 1));
    const shown = found.slice(0, MOST);
    const more = found.length - shown.length;
    setText(find("#calls-note"), more > 0 ? `the oldest ${MOST} of ${found.length}` : "");
    keyed(
      this.#body, shown, (call) => call.callId, () => this.#make(), (element, call) => this.#update(element, call),
      find("#calls-title"),
    );
    const isEmpty = this.#model.calls.size === 0;
    setText(find("#calls-none"), isEmpty ? "No calls at the moment." : "No call is like this.");
    find("#calls-none").hidden = found.length > 0;
  }

  #fits(call) {
    const text = this.#search.value.trim().toLowerCase();
    if (!text) return true;
    const names = call.agentExtensions.map((name) => this.#model.agentName(name));
    return [call.remoteNumber, call.remoteName, call.queue?.name, ...call.agentExtensions, ...names]
      .some((value) => value?.toLowerCase().includes(text));
  }

  #make() {
    const element = row("tr", {
      who: personCell("who"), with: personCell("with"),
      state: row("td", { pill: make("span", "pill") }, "state"), since: make("td", "since number"),
      queue: make("td", "queue soft"), recording: make("td", "recording"), actions: make("td", "actions"),
    });
    const buttons = {
      hold: button("Hold", "", (one) => this.#hold(one, element.call)),
      transfer: button("Transfer", "", () => askForTransfer(this.#session, this.#model, element.call)),
      record: button("Record", "", (one) => this.#record(one, element.call)),
      hangUp: button("Hang up", "bad", (one) => this.#hangUp(one, element.call)),
    };
    element.buttons = buttons;
    element.parts.actions.append(...Object.values(buttons));
    return element;
  }

  #update(element, call) {
    element.call = call;
    const { who, with: other, state, since, queue, recording } = element.parts;
    const [agent] = call.agentExtensions;
    element.classList.toggle("vacant", !agent);
    person(who, agent ? this.#model.agentName(agent) : "", agent ?? "");
    person(other, ...partner(call, this.#model));
    const [text, kind] = STATES[call.state] ?? [call.state, "none"];
    setText(state.parts.pill, text);
    setState(state.parts.pill, kind);
    state.title = `${DIRECTIONS[call.direction] ?? ""} call ${call.callId}`;
    setSince(since, call.hold?.since ?? (call.state === "queued" ? call.queue?.joinedAt : null) ?? call.answeredAt
      ?? call.createdAt);
    const position = call.state === "queued" && call.queue?.position ? `, place ${call.queue.position}` : "";
    setText(queue, call.queue ? `${call.queue.name}${position}` : "");
    setText(recording, RECORDINGS[call.recording.state] ?? "");
    this.#updateButtons(element.buttons, call);
  }

  #updateButtons({ hold, transfer, record, hangUp }, call) {
    const may = (permission) => this.#session.may(permission, call.agentExtensions);
    const [isUp, isHeld] = [call.state === "up", call.state === "held"];
    const isHere = isUp || isHeld;
    setText(hold, isHeld ? "Unhold" : "Hold");
    setText(record, { on: "Stop recording", paused: "Resume recording" }[call.recording.state] ?? "Record");
    hold.hidden = !may("hold_calls") || !(isUp || isHeld && call.hold?.method !== "phone");
    transfer.hidden = !may("transfer_calls") || !isHere;
    record.hidden = !may("record_calls") || !isHere || call.recording.state === "unknown";
    hangUp.hidden = !may("make_calls");
    const name = call.remoteNumber ?? call.agentExtensions.join(" and ");
    for (const one of [hold, transfer, record, hangUp]) one.setAttribute("aria-label", `${one.textContent}: ${name}`);
  }

  #hold(element, call) {
    const what = call.state === "held" ? "unhold" : "hold";
    perform(element, () => this.#session.change("PUT", `${address(call)}/${what}`));
  }

  #record(element, call) {
    const action = { on: "stop", paused: "resume" }[call.recording.state] ?? "start";
    perform(element, () => this.#session.change("POST", `${address(call)}/recording`, { action }));
  }

  /** Hangs up at the second press: a call cannot be got back. */
  #hangUp(element, call) {
    if (!element.classList.contains("sure")) {
      element.classList.add("sure");
      setText(element, "Sure?");
      setTimeout(() => {
        element.classList.remove("sure");
        setText(element, "Hang up");
      }, 4000);
      return;
    }
    perform(element, () => this.#session.change("DELETE", address(call)));
  }
}
