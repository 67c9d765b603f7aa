// The stream of events. The browser's EventSource cannot send a token, so the stream is read here.
import { failure, RequestError } from "./session.js";

/** Without an event or a comment for so long, what is shown may be old; the service sends a comment every 15 s. */
const SILENCE = 20000;
const PAUSES = [500, 1000, 2000, 5000, 10000];

/** Server-sent events, from the pieces of a stream. */
export class EventParser {
  #rest = "";
  #event = { type: "message", id: "", data: [] };

  /** Calls `emit` for each event that is complete. */
  push(text, emit) {
    this.#rest += text;
    // A carriage return at the end may be the first half of a line end.
    const lines = this.#rest.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) this.#line(line, emit);
  }

  #line(line, emit) {
    if (line === "") {
      const { type, id, data } = this.#event;
      this.#event = { type: "message", id: "", data: [] };
      if (data.length) emit({ type: type || "message", id, data: data.join("\n") });
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.#event.type = value;
    else if (name === "id") this.#event.id = value;
    else if (name === "data") this.#event.data.push(value);
  }
}

/** Listens, and connects again from the last event on, until it is closed. */
export class EventStream {
  #session;
  #closing = null;
  #attempt = null;
  #last = "";
  #heard = 0;
  #watch = 0;

  onEvent = () => {};
  /** Called with `live`, `stale` or `lost`, and why. */
  onState = () => {};

  constructor(session) { this.#session = session; }

  /** Listens to what comes after an event. */
  open(after) {
    this.close();
    this.#last = String(after);
    this.#closing = new AbortController();
    this.#heard = performance.now();
    this.#watch = setInterval(() => this.#look(), 1000);
    this.#run(this.#closing.signal);
  }

  close() {
    clearInterval(this.#watch);
    this.#closing?.abort();
    this.#attempt?.abort();
    this.#closing = null;
  }

  /** Connects again at once, with the token of now. */
  renew() { this.#attempt?.abort("renewal"); }

  #look() {
    if (performance.now() - this.#heard < SILENCE) return;
    this.#heard = performance.now();
    this.onState("stale", "Nothing heard for 20 s");
    this.#attempt?.abort("silence");
  }

  async #run(closing) {
    for (let tries = 0; !closing.aborted;) {
      this.#attempt = new AbortController();
      const { signal } = this.#attempt;
      let wait = PAUSES[Math.min(tries, PAUSES.length - 1)];
      try {
        await this.#listen(signal, () => { tries = 0; });
      } catch (error) {
        if (closing.aborted) return;
        if (signal.reason === "renewal") continue;
        if (error instanceof RequestError) wait = await this.#refused(error, wait);
      }
      if (closing.aborted) return;
      if (tries > 0) this.onState("lost", "No connection to the service");
      tries += 1;
      await new Promise((done) => { setTimeout(done, wait); });
    }
  }

  /** Says why the stream was refused; how long to wait before the next attempt. */
  async #refused(error, wait) {
    if (error.status === 401 && error.code !== "TOKEN_EXPIRED") {
      this.#session.end("The login has ended. Please log in again.");
    } else if (error.status === 401) {
      await this.#session.renew().catch(() => {});
    } else {
      this.onState("lost", error.message);
    }
    return Math.max(wait, error.retryAfter * 1000);
  }

  async #listen(signal, connected) {
    const answer = await fetch(`/api/events?after=${this.#last}`, {
      headers: { Authorization: `Bearer ${this.#session.token}`, "Last-Event-ID": this.#last },
      cache: "no-store", credentials: "omit", signal,
    });
    if (!answer.ok) throw failure(answer, await answer.json().catch(() => null));
    connected();
    this.#hear();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return;
      this.#hear();
      parser.push(value, (event) => this.#take(event));
    }
  }

  #hear() {
    this.#heard = performance.now();
    this.onState("live", "");
  }

  #take({ type, id, data }) {
    let event;
    try {
      event = JSON.parse(data);
    } catch {
      return;
    }
    if (type === "error") throw new RequestError(401, event.code, event.code);
    if (id) this.#last = id;
    this.onEvent(event);
  }
}
