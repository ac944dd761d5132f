// Money and time as a person in front of the phone reads them.

const LOCALE = "en-US";

export function money(amount, currency) {
  const number = Number(amount);
  if (!Number.isFinite(number)) return `${amount} ${currency}`;
  try {
    return new Intl.NumberFormat(LOCALE, { style: "currency", currency }).format(number);
  } catch {
    return `${amount} ${currency}`; // what is no currency is shown as it came
  }
}

/** `hours` from UTC, as a person's profile says. */
function there(at, hours, options) {
  const local = new Date(new Date(at).getTime() + hours * 3600_000);
  return new Intl.DateTimeFormat(LOCALE, { timeZone: "UTC", ...options }).format(local);
}

export const hour = (at, hours) => there(at, hours, { hour: "numeric", minute: "2-digit" });
export const day = (at, hours) => there(at, hours, { weekday: "short", month: "short", day: "numeric", year: "numeric" });
export const moment = (at, hours) => `${day(at, hours)}, ${hour(at, hours)}`;

/** "23 h 59 min", the two largest units of a span in milliseconds; days from the second on. */
export function span(millis) {
  const units = [["d", 86_400_000], ["h", 3600_000], ["min", 60_000], ["s", 1000]];
  const first = units.findIndex(([name, size]) => millis >= (name === "d" ? 2 * size : size));
  if (first < 0) return "0 s";
  let rest = millis;
  const parts = [];
  for (const [name, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) parts.push(`${count} ${name}`);
  }
  return parts.join(" ");
}
