// The control API, as far as the phone needs it. Addresses are relative to /_sandbox/phone.

const here = new URLSearchParams(window.location.search);
/** What the page's address chooses: ?world=, ?page=, ?channel=. */
export const chosen = Object.fromEntries(["world", "page", "channel"].filter((name) => here.has(name)).map((name) => [name, here.get(name)]));
const { world } = chosen;
export const onWhatsApp = chosen.channel === "whatsapp";

export class Refused extends Error {
  constructor(problem) {
    super([problem.detail ?? problem.title ?? problem.rule ?? "The server refused.", problem.hint].filter(Boolean).join(" "));
    this.problem = problem;
  }
}

export function path(place, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length ? `${place}?${new URLSearchParams(given)}` : place;
}

/** Raises Refused, or TypeError where the server is gone. */
async function ask(method, place, body) {
  const options = { method, headers: { Accept: "application/json" }, cache: "no-store" };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const answer = await fetch(place, options);
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told);
  return told;
}

const one = (name) => encodeURIComponent(name);
const user = (psid, deed, query) => path(`messenger/users/${one(psid)}${deed}`, { ...chosen, ...query });

export const users = () => ask("GET", path("messenger/users", { ...chosen, limit: 100 })).then((told) => told.users);
export const addUser = (first_name) => ask("POST", path("messenger/users", chosen), { first_name });
export const person = (name) => ask("GET", user(name, ""));
/** {name, app_id, profile, phone?}: a page, or a number on WhatsApp. */
export const page = () => (onWhatsApp ? number() : ask("GET", path(`messenger/pages/${one(chosen.page ?? "ready")}`, { world })));
export const thread = (psid) => ask("GET", user(psid, "/thread"));
export const threadStream = (psid) => new EventSource(user(psid, "/thread/stream"));
export const links = (psid) => ask("GET", user(psid, "/links")).then((told) => told.links);
/** Where a file lies that was uploaded or enclosed. */
export const file = (id) => new URL(path(`messenger/attachments/${one(id)}`, { world }), window.location).href;
/** say, tap, react, read …: {message?, deliveries, unheard, opens?, link?} */
export const does = (psid, deed, body) => ask("POST", user(psid, `/${deed}`), body);

export const clock = () => ask("GET", path("clock", { world }));
export const advance = (by) => ask("POST", path("clock/advance", { world }), { by });
export const freeze = (frozen) => ask("POST", path("clock/freeze", { world }), { frozen });

/** Of WhatsApp as well: the app behind its numbers is the ready page's. */
export const deliveries = () =>
  ask("GET", path("messenger/deliveries", { world, page: onWhatsApp ? undefined : chosen.page, limit: 50 })).then((told) => told.deliveries);
export const delivery = (id) => ask("GET", path(`messenger/deliveries/${one(id)}`, { world }));
export const replay = (id) => ask("POST", path(`messenger/deliveries/${one(id)}/replay`, { world }));
export const calls = () => ask("GET", path("messenger/calls", { world, limit: 50 })).then((told) => told.calls);
export const why = (trace) => ask("GET", `why/${one(trace)}`);

async function number() {
  const account = await ask("GET", path("messenger/whatsapp", { world }));
  const wanted = account.numbers.find((one) => [one.phone_number_id, one.phone].includes(chosen.page)) ?? account.numbers[0];
  return { ...wanted, app_id: account.app_id, profile: {} };
}
