// The login: tokens in memory and in the storage of this tab, which ends with it; requests with the token.
import { noteServerTime, now } from "./format.js";

const STORED = "asterisk-connector-calls";
const USERS = "/api/ami/users";

/** An error that the service answered, or that kept it from answering (status 0). */
export class RequestError extends Error {
  constructor(status, code, message, retryAfter = 0) {
    super(message);
    Object.assign(this, { status, code, retryAfter });
  }
}

/** Sends a request; the answer as JSON. */
const send = async (method, path, { token, body, headers = {} } = {}) => {
  const sent = { ...headers };
  if (token) sent.Authorization = `Bearer ${token}`;
  if (body !== undefined) sent["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store",
      credentials: "omit", signal: AbortSignal.timeout(30000),
    });
  } catch {
    throw new RequestError(0, "NO_CONNECTION", "No connection to the service");
  }
  noteServerTime(answer.headers.get("Date"));
  const json = await answer.json().catch(() => null);
  if (!answer.ok || json === null) throw failure(answer, json);
  return json;
};

export const failure = (answer, json) => new RequestError(
  answer.status, json?.error ?? "", json?.message ?? `The service answered with status ${answer.status}`,
  Number(answer.headers.get("Retry-After")) || 0,
);

export class Session {
  #grant = null;
  #renewal = null;
  #timer = 0;

  /** Called with the reason when the login has ended. */
  onEnd = () => {};
  /** Called when there is another access token. */
  onRenewal = () => {};

  get token() { return this.#grant?.jwt ?? ""; }
  get username() { return this.#grant?.user.username ?? ""; }
  get role() { return this.#grant?.user.role ?? ""; }
  get extension() { return this.#grant?.user.extension ?? ""; }

  /** Whether the user has this role or one above it. */
  isAtLeast(role) {
    const roles = ["agent", "manager", "admin", "superuser"];
    return this.#grant !== null && roles.indexOf(this.role) >= roles.indexOf(role);
  }

  /** Whether the user may do something with what belongs to one of these extensions; the service decides. */
  may(permission, extensions) {
    if (this.isAtLeast("admin")) return true;
    if (this.role === "manager" && extensions.some((name) => this.#grant.user.teams?.includes(name))) return true;
    const own = this.#grant?.ami.permissions ?? [];
    return extensions.includes(this.extension) && (!permission || own.includes(permission) || own.includes("*"));
  }

  /** Goes on with the login of this tab; whether there is one. */
  restore() {
    try {
      this.#grant = JSON.parse(sessionStorage.getItem(STORED));
    } catch {
      this.#grant = null;
    }
    if (this.#grant) this.#plan();
    return this.#grant !== null;
  }

  async logIn(username, password) {
    this.#take(await send("POST", `${USERS}/login`, { body: { username, password } }));
  }

  async logOut() {
    const { token } = this;
    this.#forget();
    await send("DELETE", `${USERS}/logout`, { token }).catch(() => {});
  }

  #take(grant) {
    this.#grant = grant;
    sessionStorage.setItem(STORED, JSON.stringify(grant));
    this.#plan();
  }

  #forget() {
    this.#grant = null;
    clearTimeout(this.#timer);
    sessionStorage.removeItem(STORED);
  }

  /** Ends the login here, since the service has ended it. */
  end(reason) {
    if (!this.#grant) return;
    this.#forget();
    this.onEnd(reason);
  }

  /** Renews the token a minute before it ends, or at half of a short life. */
  #plan() {
    clearTimeout(this.#timer);
    const rest = this.#grant.expiresAt - now();
    const wait = Math.max(1000, rest > 120000 ? rest - 60000 : rest / 2);
    this.#timer = setTimeout(() => this.renew().catch(() => {}), Math.min(wait, 2 ** 30));
  }

  /** Gets another token; one request at a time, whoever asks. */
  renew() {
    this.#renewal ??= this.#renew().finally(() => { this.#renewal = null; });
    return this.#renewal;
  }

  async #renew() {
    const before = this.#grant;
    try {
      const grant = await send("POST", `${USERS}/refresh`, { body: { refreshToken: before?.refreshToken ?? "" } });
      if (this.#grant !== before) return;
      this.#take(grant);
      this.onRenewal();
    } catch (error) {
      if (error.status === 401) this.end("The login has ended. Please log in again.");
      else if (this.#grant) this.#timer = setTimeout(() => this.renew().catch(() => {}), 5000);
      throw error;
    }
  }

  /** What the service answers to a request with the token. */
  async request(method, path, body, headers) {
    try {
      return await send(method, path, { token: this.token, body, headers });
    } catch (error) {
      if (error.status !== 401) throw error;
      if (error.code === "TOKEN_EXPIRED") {
        await this.renew();
        return send(method, path, { token: this.token, body, headers });
      }
      this.end("The login has ended. Please log in again.");
      throw error;
    }
  }

  get(path) { return this.request("GET", path); }

  /** What an address answers, or `null` where the service does not have it, or not for this user. */
  async optional(path) {
    try {
      return await this.get(path);
    } catch (error) {
      if (error.status === 404 || error.status === 403) return null;
      throw error;
    }
  }

  /** Does something once: after a lost connection the same request is sent again, with the same key. */
  async change(method, path, body) {
    const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
    const headers = { "Idempotency-Key": key.join("") };
    try {
      return await this.request(method, path, body, headers);
    } catch (error) {
      if (error.status !== 0) throw error;
      return this.request(method, path, body, headers);
    }
  }
}
