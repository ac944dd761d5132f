// The wire: what the bot asks of the platform, and what the platform tells the bot, as it happens. Newest first.

import * as api from "./api.js";
import * as curl from "./curl.js";
import { arrange, el, unseen } from "./dom.js";
import { hour } from "./words.js";

const EVERY = 1000;
const MOST = 200;

/** Fills `list`, and `problem` where the server does not answer; `hours` gives the person's time zone. Gives {look()}. */
export function wire(list, problem, { hours, failed }) {
  const rows = new Map();
  let arrived = 0;
  let looking = null;

  /** Asks once more, or waits for the answer that is under way. */
  const look = () => (looking ??= ask().finally(() => (looking = null)));

  async function ask() {
    try {
      const [deliveries, calls] = await Promise.all([api.deliveries(), api.calls()]);
      for (const one of deliveries.toReversed()) put(one.delivery_id, one, webhook);
      for (const one of calls.toReversed()) put(one.call_id, one, call);
      sort();
      problem.textContent = "";
    } catch (error) {
      problem.textContent = `Not up to date: ${error.message}`;
    }
  }

  function put(id, one, draw) {
    const known = rows.get(id);
    const told = JSON.stringify([one, hours()]); // whose hours they are is known a moment later
    if (known?.told === told) return;
    const row = { at: one.at, place: known?.place ?? arrived++, told, node: draw(one) };
    if (known) {
      const isInHand = known.node.querySelector("summary") === document.activeElement;
      row.node.querySelector("details").open = known.node.querySelector("details").open;
      known.node.replaceWith(row.node);
      if (isInHand) row.node.querySelector("summary").focus();
    }
    rows.set(id, row);
  }

  function sort() {
    const order = [...rows].sort(([, a], [, b]) => b.at.localeCompare(a.at) || b.place - a.place);
    for (const [id] of order.slice(MOST)) rows.delete(id);
    arrange(list, order.slice(0, MOST).map(([, row]) => row.node));
  }

  const webhook = (one) => entry("webhook", one.state, one.tells ? `${one.field}: ${one.tells}` : one.field, [
    channel(one), state(one), one.attempts > 1 ? `${one.attempts} attempts` : "", hour(one.at, hours()),
  ], () => api.delivery(one.delivery_id).then(delivered), failed);

  const call = (one) => entry("call", one.status < 400 ? "answered" : "failed", `${one.method} ${one.path}`, [
    channel(one), one.code ? `${one.status}, code ${one.code}` : String(one.status), `${one.took_ms} ms`, hour(one.at, hours()),
  ], () => called(one), failed);

  async function delivered(one) {
    return [
      el("p", {}, `To ${one.url}`),
      one.attempts.map(attempt),
      json("Body, byte for byte", one.envelope, one.body),
      command(curl.ofWebhook(one)),
      el("button", { type: "button", click: () => api.replay(one.delivery_id).then(look, failed) }, "Send it again"),
    ];
  }

  setInterval(() => document.visibilityState === "visible" && look(), EVERY);
  return { look };
}

const STATES = { pending: "on its way", delivered: "delivered", failed: "given up" };
const DIRECTIONS = { webhook: ["↓", "Webhook to the bot: "], call: ["↑", "Call of the bot: "] };

const channel = (one) => (one.channel === "whatsapp" ? "WhatsApp" : "");
const state = (one) => (one.state === "pending" && one.attempts ? "is tried again" : STATES[one.state]);

function entry(kind, outcome, title, facts, open, failed) {
  const inside = el("div.inside");
  const [arrow, spoken] = DIRECTIONS[kind];
  const fold = el("details", {
    toggle: () => fold.open && Promise.resolve(open()).then((drawn) => inside.replaceChildren(...drawn.flat()), failed),
  },
    el("summary", {}, el("span.arrow", { "aria-hidden": "true" }, arrow), unseen(spoken), el("span.title", {}, title),
      el("span.brief", {}, facts.filter(Boolean).join(" · "))),
    inside);
  return el(`li.${kind}.${outcome}`, {}, fold);
}

function attempt(one) {
  const outcome = one.status ? `${one.status} after ${one.took_ms} ms` : one.problem;
  return el("div.attempt", {},
    el("p", {}, `Attempt ${one.number}: ${outcome}`),
    one.status && one.problem ? el("p", {}, one.problem) : null,
    Object.keys(one.signatures).length ? text("Signatures", Object.entries(one.signatures).map((pair) => pair.join(": ")).join("\n")) : null,
    one.answer ? body("Answer", one.answer) : null);
}

async function called(one) {
  return [
    one.message ? el("p", {}, one.message) : null,
    one.status >= 400 ? await explained(one.trace) : null,
    one.query ? text("Query", one.query.split("&").join("\n&")) : null,
    one.body ? body("Body", one.body) : null,
    one.answer ? body("Answer", one.answer) : null,
    one.cut ? el("p", {}, "What is longer than 16,000 bytes is cut off there.") : null,
    command(curl.ofCall(one)),
  ].filter(Boolean);
}

/** What is JSON is indented; forms and what was cut off stand as they came. */
function body(title, words) {
  try {
    return json(title, JSON.parse(words));
  } catch {
    return text(title, words);
  }
}

/** To be copied; null where there is none. Where the browser gives no clipboard, it can be selected. */
function command(words) {
  if (!words) return null;
  const pre = el("pre", { tabindex: 0 }, words);
  const said = el("span", { role: "status" });
  const copy = () => navigator.clipboard.writeText(words).then(() => (said.textContent = "Copied"), () => select(pre));
  return el("details.raw.curl", {}, el("summary", {}, "As curl"), pre,
    el("p", {}, el("button", { type: "button", click: () => (navigator.clipboard ? copy() : select(pre)) }, "Copy"), " ", said));
}

function select(node) {
  window.getSelection().selectAllChildren(node);
  node.focus();
}

/** What stands behind a trace; after a while the server has forgotten it. */
async function explained(trace) {
  try {
    const told = await api.why(trace);
    return el("div.why", {}, el("p.rule", {}, told.rule), told.detail && el("p", {}, told.detail), told.hint && el("p", {}, told.hint));
  } catch (error) {
    if (error instanceof api.Refused) return el("p.why", {}, error.message);
    throw error;
  }
}

const text = (title, words) => el("figure", {}, el("figcaption", {}, title), el("pre", { tabindex: 0 }, words));

/** Indented to be read; `raw` are the bytes themselves, a fold away. */
function json(title, value, raw) {
  return el("figure", {},
    el("figcaption", {}, raw === undefined ? title : "Body"),
    el("pre", { tabindex: 0 }, JSON.stringify(value, null, 2)),
    raw === undefined ? null : el("details.raw", {}, el("summary", {}, title), el("pre", { tabindex: 0 }, raw)));
}
