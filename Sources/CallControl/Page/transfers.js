// Transfers under way, and the choice at the end of a managed one.
import { button, find, keyed, make, perform, row, setSince, setText } from "./elements.js";

const PATH = "/api/enhanced-transfers";

export class TransferList {
  #session;
  #model;

  constructor(session, model) { [this.#session, this.#model] = [session, model]; }

  show() {
    const transfers = [...this.#model.transfers.values()];
    transfers.sort((one, other) => one.startedAt - other.startedAt);
    find("#transfers").hidden = transfers.length === 0;
    keyed(
      find("#transfer-rows"), transfers, (one) => one.transferId, () => this.#make(),
      (element, transfer) => this.#update(element, transfer), find("#calls-title"),
    );
  }

  #make() {
    const element = row("li", {
      way: make("span", "id"), state: make("span", "pill"), since: make("span", "number"),
      actions: row("span", {
        complete: button("Complete", "", (one) => perform(one, () =>
          this.#session.change("POST", `${PATH}/complete`, { transferId: element.transfer.transferId }))),
        cancel: button("Cancel", "", (one) => perform(one, () =>
          this.#session.change("DELETE", `${PATH}/${encodeURIComponent(element.transfer.transferId)}`))),
      }, "actions"),
    });
    return element;
  }

  #update(element, transfer) {
    element.transfer = transfer;
    const { way, state, since, actions } = element.parts;
    setText(way, `${transfer.from ?? ""} → ${transfer.target ?? ""}`);
    setText(state, `${transfer.type}: ${String(transfer.state).replaceAll("_", " ")}`);
    state.dataset.state = "none";
    setSince(since, transfer.startedAt);
    const may = this.#session.may("transfer_calls", [transfer.from]);
    actions.parts.complete.hidden = !may || transfer.type !== "managed" || transfer.state !== "consulting";
    actions.parts.cancel.hidden = !may || transfer.type !== "managed";
  }
}
