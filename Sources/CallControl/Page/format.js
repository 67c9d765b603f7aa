// Times as text, by the clock of the service: the browser's may be wrong.

let offset = 0;

/** Compares the clocks; `header` is the Date of an answer, which has whole seconds. */
export const noteServerTime = (header) => {
  const difference = Date.parse(header) + 500 - Date.now();
  if (Number.isFinite(difference)) offset = Math.abs(difference) < 2000 ? 0 : difference;
};

/** Milliseconds since 1970. */
export const now = () => Date.now() + offset;

/** `0:07`, `12:30`, `1:02:10`. */
export const span = (milliseconds) => {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
};

/** The time of day, with the date unless it is today. */
export const time = (milliseconds) => {
  const date = new Date(milliseconds);
  const isToday = date.toDateString() === new Date(now()).toDateString();
  return isToday ? date.toLocaleTimeString() : date.toLocaleString();
};

export const count = (value, name) => `${value} ${name}${value === 1 ? "" : "s"}`;
