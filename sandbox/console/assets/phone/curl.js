// What went over the wire, as a command to run once more. What was redacted is a variable of the shell.

/** A name, what stands between it and its value, and the mark that the journal leaves of a secret. */
const SECRET = /(([a-z][a-z_.]*)\\*["']?(?:%22)?\s*(?:=|:|%3D|%3A)[\s+]*\\*["']?(?:%22)?)…[0-9a-f]{8}/gi;

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** One word of a shell, with "$ACCESS_TOKEN" where a token stood. */
function word(text) {
  let end = 0;
  const parts = [];
  for (const found of text.matchAll(SECRET)) {
    parts.push(quoted(text.slice(end, found.index) + found[1]), `"$${found[2].toUpperCase().replaceAll(".", "_")}"`);
    end = found.index + found[0].length;
  }
  const rest = text.slice(end);
  return [...parts, rest || !parts.length ? quoted(rest) : ""].join("");
}

const lines = (parts) => parts.filter(Boolean).join(" \\\n  ");

/** A call of the bot; null where it is not there to be repeated: what was cut off, and files. */
export function ofCall(one) {
  if (one.cut || one.content_type.startsWith("multipart/")) return null;
  const told = /access_token\\*["']?(?:%22)?\s*[=:%]/i;
  const isShown = told.test(one.query) || told.test(one.body);
  return lines([
    `curl -X ${one.method} ${word(window.location.origin + one.path + (one.query && `?${one.query}`))}`,
    isShown ? "" : '-H "Authorization: Bearer $ACCESS_TOKEN"',
    one.body && one.content_type && `-H ${quoted(`Content-Type: ${one.content_type}`)}`,
    one.body && `--data-raw ${word(one.body)}`,
  ]);
}

/** A webhook to the bot, with the signatures that went with it last. */
export function ofWebhook(one) {
  const signatures = Object.entries(one.attempts.at(-1)?.signatures ?? {});
  return lines([
    `curl -X POST ${quoted(one.url)}`,
    "-H 'Content-Type: application/json'",
    ...signatures.map((pair) => `-H ${quoted(pair.join(": "))}`),
    `--data-raw ${quoted(one.body)}`,
  ]);
}
