// The phone: one person in front of one page's thread, or of a number's on WhatsApp. What is on the thread comes by the server's stream; what the person
// does goes by the control API; what both look like is in draw.js.

import * as api from "./api.js";
import { clockPanel } from "./clock.js";
import { composer } from "./composer.js";
import { arrange, el, link } from "./dom.js";
import { drawMessage, drawTyping, inShort } from "./draw.js";
import { follow, prepared } from "./webview.js";
import { reactionsOn } from "./whatsapp.js";
import { whose } from "./whose.js";
import { wire } from "./wire.js";
import { day } from "./words.js";

const $ = (id) => document.getElementById(id);
const CLOCK_EVERY = 5000;
const TOLD_FOR = 8000;

let person = null;
let page = null;
let thread = null;
let stream = null;
/** Of the thread that is shown: messages by their places, and what was drawn of each. */
let messages = new Map();
let drawn = new Map();
let readMid = "";

const hours = () => person?.timezone ?? 0;
const clock = clockPanel($("clock"), { hours, failed, moved: () => traffic.look() });
const traffic = wire($("wire"), $("wire-problem"), { hours, failed });
const writing = composer({ does, tell });
const holder = whose({ meet, does, failed });

// --- What is shown ---------------------------------------------------------------------------------------------------

async function meet(name) {
  stream?.close();
  [person, page] = await Promise.all([api.person(name), api.page()]);
  [messages, drawn, readMid, thread] = [new Map(), new Map(), "", null];
  $("thread").replaceChildren();
  writing.drop();
  $("page-name").textContent = page.name;
  const address = new URL(window.location);
  address.searchParams.set("user", person.username ?? person.psid);
  address.searchParams.delete("ref");
  window.history.replaceState(null, "", address);
  stream = api.threadStream(person.psid);
  stream.addEventListener("thread", (event) => take(JSON.parse(event.data)));
  stream.addEventListener("error", () => ($("status").textContent = "Not connected: trying again"));
  return person;
}

function take(told) {
  for (const one of told.messages) messages.set(one.place, one);
  thread = told;
  person = told.person;
  show();
  clock.show(told);
  traffic.look();
  read();
}

function show() {
  const list = $("thread");
  const all = [...messages.entries()].sort(([a], [b]) => a - b).map(([, one]) => one);
  const said = all.filter((one) => one.content.type !== "reaction");
  const reactions = reactionsOn(all);
  const nodes = [];
  let date = "";
  const seen = said.findLast((one) => one.sender === "person" && thread.seen_at && one.at <= thread.seen_at);
  for (const one of said) {
    const today = day(one.at, hours());
    if (today !== date) nodes.push(kept(`day ${today}`, today, () => el("li.day", {}, today)));
    date = today;
    const on = reactions[one.mid] ?? {};
    const scene = { isLast: one === said.at(-1), isSeen: one === seen, reactions: Object.values(on).filter(Boolean), own: on.person };
    nodes.push(kept(one.mid, JSON.stringify([one, scene, thread.personas]), () => drawMessage(one, { ...around(), ...scene })));
  }
  if (thread.typing) nodes.push(kept("typing", "", () => drawTyping(page.name)));
  const inHand = document.activeElement?.closest("#thread [data-mid]")?.dataset.mid;
  arrange(list, nodes);
  // Who had a message in hand that was drawn anew has it again.
  if (inHand && document.activeElement === document.body) list.querySelector(`[data-mid="${CSS.escape(inHand)}"] .actions-of > summary`)?.focus();
  stick();
  showPage(said.length === 0);
}

/** Whoever is at the end of the thread stays there, also when pictures arrive and the window changes. */
let atEnd = true;
const stick = () => atEnd && ($("thread").scrollTop = $("thread").scrollHeight);
$("thread").addEventListener("scroll", ({ target }) => (atEnd = target.scrollHeight - target.scrollTop - target.clientHeight < 80));
$("thread").addEventListener("load", stick, true);
new ResizeObserver(stick).observe($("thread"));

/** What was drawn before where nothing about it changed, so that focus and places in carousels stay. */
function kept(name, told, draw) {
  const known = drawn.get(name);
  if (known?.told === told) return known.node;
  const node = draw();
  drawn.set(name, { told, node });
  return node;
}

const around = () => ({
  hours: hours(),
  page: page.name,
  personas: Object.fromEntries(thread.personas.map((one) => [one.id, one])),
  quoted: (mid) => inShort([...messages.values()].find((one) => one.mid === mid)?.content ?? {}),
  tap: (mid, button, about) => tap({ mid, button }, about.type),
  react: (mid, emoji) => does("react", { mid, emoji }),
  reply: writing.reply,
  edit: writing.edit,
});

/** Beside the messages: who has the thread, how to begin, the persistent menu. */
function showPage(isNew) {
  const { profile, app_id: app } = page;
  const facts = [thread.owner === app ? "" : "Another app has the conversation", person.linked_at ? "Account linked" : ""];
  const is = api.onWhatsApp ? `WhatsApp business, +${page.phone}` : "Messages you as a business";
  $("status").textContent = facts.filter(Boolean).join(" · ") || (thread.typing ? "is typing …" : is);
  const greeting = isNew && ofLocale(profile.greeting)?.text;
  const starts = thread.menu.map((one) => (one.type === "web_url" ? link(one.title, one.url)
    : el("button.tap", { type: "button", click: () => tap({ button: one.payload ?? one.title }, one.type) }, one.title)));
  const before = greeting ? greeted(greeting) : starts.length ? "" : "Nothing yet. What you write here, the bot hears; what it sends, stands here.";
  const told = JSON.stringify([isNew, before, thread.menu]);
  if ($("starts").dataset.told !== told) {
    $("starts").dataset.told = told;
    $("starts").replaceChildren(...(isNew ? [before && el("p", {}, before), ...starts].filter(Boolean) : []));
    $("menu-items").replaceChildren(...(isNew ? [] : starts.map((one) => el("li", {}, one))));
    $("menu").hidden = isNew || !starts.length;
  }
  holder.show(thread, person);
  $("composer-fields").disabled = Boolean(ofLocale(profile.persistent_menu)?.composer_input_disabled);
}

const ofLocale = (entries = []) =>
  entries.find((one) => one.locale === person.locale) ?? entries.find((one) => (one.locale ?? "default") === "default");

const greeted = (text) => text
  .replaceAll("{{user_first_name}}", person.first_name)
  .replaceAll("{{user_last_name}}", person.last_name)
  .replaceAll("{{user_full_name}}", `${person.first_name} ${person.last_name}`);

// --- What the person does --------------------------------------------------------------------------------------------

/** Null where it was refused, which the person is told. */
async function does(deed, body) {
  try {
    const did = await api.does(person.psid, deed, body);
    for (const { field, why } of did.unheard) tell(`The bot does not hear of this (${field}). ${why}`);
    traffic.look();
    return did;
  } catch (error) {
    failed(error);
    return null;
  }
}

async function tap(what, type) {
  $("menu").open = false;
  const view = type === "account_link" ? prepared() : null;
  const did = await does("tap", what);
  if (did?.link) follow($("sheet"), { psid: person.psid, link: did.link, opens: did.opens, view, failed });
  else view?.close();
  if (did?.opens && OPENED[type]) tell(OPENED[type](did.opens.replace("tel:", "")));
}

const OPENED = {
  phone_number: (number) => `The phone would call ${number}.`,
  copy_code: (code) => `The phone would copy ${code}.`,
};

/** An open phone reads what comes. */
async function read() {
  const last = [...messages.values()].findLast((one) => one.sender !== "person");
  if (!last || last.mid === readMid || document.visibilityState !== "visible") return;
  const isFirst = readMid === "";
  readMid = last.mid;
  if (!isFirst || !thread.read_at || last.at > thread.read_at) await api.does(person.psid, "read", {}).catch(failed);
}

// --- Notes -----------------------------------------------------------------------------------------------------------

function failed(error) {
  if (!(error instanceof api.Refused) && !(error instanceof TypeError)) throw error;
  tell(error instanceof api.Refused ? error.message : `The server does not answer: ${error.message}`);
}

let hide = 0;
function tell(text) {
  $("note").textContent = text;
  clearTimeout(hide);
  hide = setTimeout(() => ($("note").textContent = ""), TOLD_FOR);
}

document.addEventListener("visibilitychange", () => thread && read());
setInterval(() => document.visibilityState === "visible" && clock.refresh(), CLOCK_EVERY);
clock.refresh();
holder.begin();
