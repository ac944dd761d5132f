// Account linking: the bot's login page and the bank's consent in a window of their own, since a bank's pages may not be
// framed. The phone waits beside it, and says how it came out, step by step.

import * as api from "./api.js";
import { el } from "./dom.js";

const EVERY = 700;
const LOOK = "popup,width=420,height=760";

/** A window for what a tap will open. Made within the tap, or the browser would not allow it. */
export function prepared() {
  const view = window.open("", "sandbank-web-view", LOOK);
  if (view) view.opener = null; // what is shown there has no hold on the phone
  return view;
}

/** Follow an attempt to link until it came about or failed. `sheet` is a <dialog>. */
export function follow(sheet, { psid, link, opens, view, failed }) {
  if (view && opens) view.location.replace(opens);
  else view?.close();
  const steps = el("ol.steps");
  const said = el("p.outcome", { role: "status" });
  const close = el("button", { type: "button", click: () => sheet.close() }, "Close");
  const again = opens ? el("a.button", { href: opens, target: "sandbank-web-view" }, view ? "Show the window" : "Open the login page") : null;
  if (view && again) again.addEventListener("click", (event) => {
    if (view.closed) return;
    event.preventDefault();
    view.focus();
  });
  sheet.replaceChildren(el("h2", { id: "sheet-title" }, "Log in at the bank"), said, steps, el("p.actions", {}, again, close));
  if (!sheet.open) sheet.showModal();

  let timer = 0;
  sheet.addEventListener("close", () => clearTimeout(timer), { once: true });

  function show(now) {
    said.textContent = SAID[now.state];
    sheet.dataset.state = now.state;
    steps.replaceChildren(...now.steps.map((one) => el("li", { class: one.ok ? "ok" : "wrong" }, one.text)));
    if (now.state === "open") return;
    view?.close();
    again?.remove();
    close.focus();
  }

  async function look() {
    try {
      const now = (await api.links(psid)).find((one) => one.token === link.token);
      if (now) show(now);
      if (now?.state === "open" && sheet.open) timer = setTimeout(look, EVERY);
    } catch (error) {
      failed(error);
    }
  }

  show(link);
  look();
}

const SAID = {
  open: "The login page is open in a window of its own. Sign in there and decide.",
  linked: "Account linked.",
  failed: "Account Linking Failed",
};
