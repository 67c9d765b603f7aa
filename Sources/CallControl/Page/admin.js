// What only administrators see: functions of ODBC, and who did what. Hidden where the service does not have it.
import { find, keyed, make, row, setState, setText } from "./elements.js";
import { count, time } from "./format.js";

export class AdminViews {
  #session;

  constructor(session) {
    this.#session = session;
    find("#audit").addEventListener("toggle", () => { if (find("#audit").open) this.#readAudit(); });
    find("#odbc").addEventListener("toggle", () => { if (find("#odbc").open) this.#readFunctions(); });
  }

  clear() {
    for (const box of [find("#odbc"), find("#audit")]) [box.hidden, box.open] = [true, false];
    for (const list of [find("#odbc-rows"), find("#audit-rows")]) keyed(list, [], () => "", make, () => {});
  }

  async read() {
    if (!this.#session.isAtLeast("admin")) return;
    await Promise.all([this.#readFunctions(), this.#readAudit()]);
  }

  async #readFunctions() {
    const answer = await this.#session.optional("/api/users/odbc/functions").catch(() => null);
    find("#odbc").hidden = !answer;
    if (!answer) return;
    const { error, file, functions } = answer;
    setText(find("#odbc-note"), error ? `${file}: ${error}` : count(functions.length, "function"));
    keyed(
      find("#odbc-rows"), functions, ({ name }) => name,
      () => row("li", { name: make("span", "id"), source: make("span", "soft"), query: make("code", "more") }),
      ({ parts }, one) => {
        setText(parts.name, one.name);
        setText(parts.source, [...one.dsn ?? [], one.synopsis].filter((text) => text).join("; "));
        setText(parts.query, one.readsql || one.writesql || "");
      },
    );
  }

  async #readAudit() {
    const answer = await this.#session.optional("/api/admin/audit").catch(() => null);
    const entries = answer?.entries ?? [];
    find("#audit").hidden = !answer;
    keyed(
      find("#audit-rows"), entries, ({ id }) => id,
      () => row("li", {
        when: make("span", "when"), user: make("span", "id"), what: make("span", "what"), result: make("span", "pill"),
      }),
      ({ parts }, entry) => {
        setText(parts.when, time(entry.at));
        setText(parts.user, entry.user);
        setText(parts.what, [entry.action, entry.target, entry.parameters].filter((text) => text).join(" "));
        setText(parts.result, [entry.result ?? "at work", entry.code].filter((text) => text).join(" "));
        setState(parts.result, entry.result === "ok" ? "ok" : "warn");
      },
    );
  }
}
