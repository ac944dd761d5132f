// The phone: one person in front of one page's thread. What is on the thread comes by the server's stream; what the person
// does goes by the control API; what both look like is in draw.js.

import * as api from "./api.js";
import { clockPanel } from "./clock.js";
import { el, link } from "./dom.js";
import { drawMessage, drawTyping, inShort } from "./draw.js";
import { follow, prepared } from "./webview.js";
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

// --- What is shown ---------------------------------------------------------------------------------------------------

async function meet(name) {
  stream?.close();
  [person, page] = await Promise.all([api.person(name), api.page()]);
  [messages, drawn, readMid, thread] = [new Map(), new Map(), "", null];
  $("thread").replaceChildren();
  $("page-name").textContent = page.name;
  const address = new URL(window.location);
  address.searchParams.set("user", person.username ?? person.psid);
  window.history.replaceState(null, "", address);
  stream = api.threadStream(person.psid);
  stream.addEventListener("thread", (event) => take(JSON.parse(event.data)));
  stream.addEventListener("error", () => ($("status").textContent = "Not connected: trying again"));
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
  const said = [...messages.entries()].sort(([a], [b]) => a - b).map(([, one]) => one);
  const nodes = [];
  let date = "";
  const seen = said.findLast((one) => one.sender === "person" && thread.seen_at && one.at <= thread.seen_at);
  for (const one of said) {
    const on = day(one.at, hours());
    if (on !== date) nodes.push(kept(`day ${on}`, on, () => el("li.day", {}, on)));
    date = on;
    const scene = { isLast: one === said.at(-1), isSeen: one === seen };
    nodes.push(kept(one.mid, JSON.stringify([one, scene, thread.personas]), () => drawMessage(one, { ...around(), ...scene })));
  }
  if (thread.typing) nodes.push(kept("typing", "", () => drawTyping(page.name)));
  for (const [place, node] of nodes.entries()) {
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null);
  }
  while (list.children.length > nodes.length) list.lastChild.remove();
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
  react: (mid, emoji) => does("react", { mid, emoji }).then(again),
});

/** Beside the messages: who has the thread, how to begin, the persistent menu. */
function showPage(isNew) {
  const { profile, app_id: app } = page;
  const facts = [thread.owner === app ? "" : "Another app has the conversation", person.linked_at ? "Account linked" : ""];
  $("status").textContent = facts.filter(Boolean).join(" · ") || (thread.typing ? "is typing …" : "Messages you as a business");
  const greeting = isNew && ofLocale(profile.greeting)?.text;
  const starts = thread.menu.map((one) => (one.type === "web_url" ? link(one.title, one.url)
    : el("button.tap", { type: "button", click: () => tap({ button: one.payload ?? one.title }, one.type) }, one.title)));
  const told = JSON.stringify([isNew, greeting, thread.menu]);
  if ($("starts").dataset.told !== told) {
    $("starts").dataset.told = told;
    $("starts").replaceChildren(...(isNew ? [greeting && el("p", {}, greeted(greeting)), ...starts].filter(Boolean) : []));
    $("menu-items").replaceChildren(...(isNew ? [] : starts.map((one) => el("li", {}, one))));
    $("menu").hidden = isNew || !starts.length;
  }
  showOptIns();
  $("composer-fields").disabled = Boolean(ofLocale(profile.persistent_menu)?.composer_input_disabled);
}

/** What the person agreed to be sent, each with the button that stops it or lets it go on. */
function showOptIns() {
  const told = JSON.stringify(thread.opt_ins);
  if ($("opt-ins").dataset.told === told) return;
  $("opt-ins").dataset.told = told;
  $("opt-ins").replaceChildren(...thread.opt_ins.map(({ token, title, stopped }) =>
    el("li", {}, el("span", {}, `${title}: ${stopped ? "stopped" : "may be sent"}`),
      el("button", { type: "button", click: () => does("opt-out", { token, resume: stopped }) }, stopped ? "Let them come" : "Stop"))));
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
  if (did?.opens?.startsWith("tel:")) tell(`The phone would call ${did.opens.slice(4)}.`);
}

/** An open phone reads what comes. */
async function read() {
  const last = [...messages.values()].findLast((one) => one.sender !== "person");
  if (!last || last.mid === readMid || document.visibilityState !== "visible") return;
  const isFirst = readMid === "";
  readMid = last.mid;
  if (!isFirst || !thread.read_at || last.at > thread.read_at) await api.does(person.psid, "read", {}).catch(failed);
}

/** The stream tells what is new; what became of older messages is asked for. */
async function again() {
  try {
    const told = await api.thread(person.psid);
    if (told.person.psid === person.psid) take(told);
  } catch (error) {
    failed(error);
  }
}

async function say(event) {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  if (await does("say", { text })) $("text").value = "";
}

function pressed(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("composer").requestSubmit();
}

async function addPerson(event) {
  event.preventDefault();
  try {
    const made = await api.addUser($("first-name").value);
    $("first-name").value = "";
    await fillPicker();
    $("person").value = made.psid;
    await meet(made.psid);
  } catch (error) {
    failed(error);
  }
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

async function fillPicker() {
  const users = await api.users();
  $("person").replaceChildren(...users.map((one) =>
    el("option", { value: one.psid }, `${one.first_name} ${one.last_name}`.trim() + (one.username ? ` (${one.username})` : " (no customer)"))));
  return users;
}

async function begin() {
  const wanted = new URLSearchParams(window.location.search).get("user");
  try {
    const users = await fillPicker();
    const first = wanted ?? (users.find((one) => one.username === "maya") ?? users[0])?.psid;
    if (first) await meet(first);
    if (person && !users.some((one) => one.psid === person.psid)) {
      $("person").append(el("option", { value: person.psid }, `${person.first_name} ${person.last_name}`));
    }
    $("person").value = person?.psid ?? "";
  } catch (error) {
    failed(error);
  }
}

$("person").addEventListener("change", (event) => meet(event.target.value).catch(failed));
$("composer").addEventListener("submit", say);
$("text").addEventListener("keydown", pressed);
$("stranger").addEventListener("submit", addPerson);
document.addEventListener("visibilitychange", () => thread && read());
setInterval(() => document.visibilityState === "visible" && clock.refresh(), CLOCK_EVERY);
clock.refresh();
begin();
