// Whose phone it is, on which channel, by which link they come, and what they agreed to be sent.

import * as api from "./api.js";
import { el } from "./dom.js";

const $ = (id) => document.getElementById(id);

/** `meet(name)` begins anew with somebody; `does(deed, body)` is told what the person does. Gives {begin(), show(thread, person)}. */
export function whose({ meet, does, failed }) {
  async function fill() {
    const users = await api.users();
    $("person").replaceChildren(...users.map((one) => el("option", { value: one.psid }, named(one))));
    return users;
  }

  async function add(event) {
    event.preventDefault();
    try {
      const made = await api.addUser($("first-name").value);
      $("first-name").value = "";
      await fill();
      $("person").value = made.psid;
      await meet(made.psid);
    } catch (error) {
      failed(error);
    }
  }

  /** Whoever the address names, else maya; by the link that it carries. */
  async function begin() {
    const wanted = new URLSearchParams(window.location.search);
    try {
      const users = await fill();
      const first = wanted.get("user") ?? (users.find((one) => one.username === "maya") ?? users[0])?.psid;
      const person = first ? await meet(first) : null;
      if (person && !users.some((one) => one.psid === person.psid)) $("person").append(el("option", { value: person.psid }, named(person)));
      $("person").value = person?.psid ?? "";
      if (person && wanted.has("ref") && !api.onWhatsApp) await does("open", { ref: wanted.get("ref") });
    } catch (error) {
      failed(error);
    }
  }

  async function come(event) {
    event.preventDefault();
    if (await does("open", { ref: $("ref").value.trim() })) $("ref").value = "";
  }

  /** What may be sent, each with the button that stops it or lets it go on. */
  function show({ opt_ins: leaves, marketing }, person) {
    showChannels(person);
    const offers = api.onWhatsApp ? [row(`Offers: ${OFFERS[marketing]}`, marketing !== true,
      () => does(marketing === true ? "opt-out" : "opt-in", {}))] : [];
    const told = JSON.stringify([leaves, marketing]);
    if ($("opt-ins").dataset.told === told) return;
    $("opt-ins").dataset.told = told;
    $("opt-ins").replaceChildren(...offers, ...leaves.map(({ token, title, stopped }) =>
      row(`${title}: ${stopped ? "stopped" : "may be sent"}`, stopped, () => does("opt-out", { token, resume: stopped }))));
  }

  $("person").addEventListener("change", (event) => meet(event.target.value).catch(failed));
  $("stranger").addEventListener("submit", add);
  $("come").addEventListener("submit", come);
  $("come").hidden = api.onWhatsApp;
  return { begin, show };
}

const OFFERS = { null: "never agreed to", false: "stopped", true: "may be sent" };

const row = (text, isStopped, click) =>
  el("li", {}, el("span", {}, text), el("button", { type: "button", click }, isStopped ? "Let them come" : "Stop"));

const named = (one) => `${one.first_name} ${one.last_name}`.trim() + (one.username ? ` (${one.username})` : " (no customer)");

/** The same person on the other channel, where they are a customer: strangers are strangers to each. */
function showChannels(person) {
  for (const tab of document.querySelectorAll("#channels a")) {
    const { channel } = tab.dataset;
    const isThis = (channel === "whatsapp") === api.onWhatsApp;
    const query = { ...(api.chosen.world && { world: api.chosen.world }), ...(channel === "whatsapp" && { channel }), ...(person.username && { user: person.username }) };
    tab.href = `?${new URLSearchParams(isThis ? window.location.search : query)}`;
    if (isThis) tab.setAttribute("aria-current", "page");
  }
}
