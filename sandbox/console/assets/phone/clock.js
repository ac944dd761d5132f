// The world's clock, with buttons that advance it, and what is left of the page's 24 hours.

import * as api from "./api.js";
import { el } from "./dom.js";
import { moment, span } from "./words.js";

const STEPS = [["1 h", "PT1H"], ["1 day", "P1D"], ["1 week", "P7D"]];
const TICK = 1000;

/** `place` is filled; `failed(error)` tells the person. Gives {show(thread), refresh()}. */
export function clockPanel(place, { hours, failed, moved }) {
  const time = el("time.now");
  const how = el("span.how");
  const frozen = el("button", { type: "button", click: () => act(() => api.freeze(!told.frozen)) });
  const left = el("p.window", { role: "status" });
  let told = { now: new Date(0).toISOString(), speed: 0, frozen: true };
  let read = performance.now();
  let closes = null;

  place.append(
    el("p", {}, time, how),
    el("p.steps", { role: "group", "aria-label": "Advance the clock" },
      STEPS.map(([name, by]) => el("button", { type: "button", click: () => act(() => api.advance(by)) }, `+ ${name}`)), frozen),
    left);

  async function act(deed) {
    try {
      take(await deed());
      moved();
    } catch (error) {
      failed(error);
    }
  }

  function take(clock) {
    told = clock;
    read = performance.now();
    draw();
  }

  /** Milliseconds: as told last, and as the clock has run since. */
  const now = () => new Date(told.now).getTime() + (performance.now() - read) * told.speed;

  function draw() {
    const at = now();
    write(time, moment(at, hours()));
    time.dateTime = new Date(at).toISOString();
    write(how, told.frozen ? "stands still" : told.speed === 1 ? "" : `runs ${told.speed} times as fast`);
    write(frozen, told.frozen ? "Let it run" : "Stop it");
    const open = closes !== null && at <= closes;
    left.dataset.state = closes === null ? "never" : open ? "open" : "closed";
    write(left, open ? `Window open for ${span(closes - at)}: the page may answer freely.`
      : closes === null ? "Window closed: this person has not written yet."
        : `Window closed for ${span(at - closes)}: only ${api.onWhatsApp ? "templates" : "utility templates and tags"} get through.`);
  }

  setInterval(() => told.speed && draw(), TICK);
  return {
    refresh: () => api.clock().then(take, failed),
    show(thread) {
      closes = thread.window.closes_at ? new Date(thread.window.closes_at).getTime() : null;
      take({ ...told, now: thread.now });
    },
  };
}

/** Only what changed, so that a screen reader is not told the same again. */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
