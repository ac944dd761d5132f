// Where the person writes: a text, an answer to a message, a file, or what a message of theirs should have said.

import { onWhatsApp } from "./api.js";
import { inShort } from "./draw.js";

const $ = (id) => document.getElementById(id);
const LONGEST = 700_000;
/** What each channel calls a file, by the beginning of its media type. */
const PICTURES = onWhatsApp ? ["image/png", "image/jpeg"] : ["image/png", "image/jpeg", "image/gif", "image/webp"];
const kindOf = ({ type }) => (PICTURES.includes(type) ? "image" : ["audio", "video"].find((kind) => type.startsWith(`${kind}/`)) ?? "file");

/** `does(deed, body)` is told what to do, and answers null where it was refused; `tell` says why a file is not taken. */
export function composer({ does, tell }) {
  let replyTo = null;
  let editing = null;
  let file = null;

  function show() {
    const said = editing ? "Editing your message" : replyTo ? `Answering “${inShort(replyTo.content)}”` : "";
    $("draft-said").textContent = [said, file ? `With ${file.name}` : ""].filter(Boolean).join(" · ");
    $("draft").hidden = !said && !file;
  }

  function drop() {
    if (editing) $("text").value = "";
    [replyTo, editing, file] = [null, null, null];
    $("file").value = "";
    show();
  }

  function begin(message, what) {
    drop();
    [replyTo, editing] = what === "reply" ? [message, null] : [null, message];
    if (editing) $("text").value = message.content.text;
    show();
    $("text").focus();
  }

  async function choose() {
    const [chosen] = $("file").files;
    if (!chosen) return;
    if (chosen.size > LONGEST) {
      $("file").value = "";
      tell(`${chosen.name} is too large: this phone sends files up to 700 kB.`);
      return;
    }
    file = { name: chosen.name, kind: kindOf(chosen), url: await addressOf(chosen) };
    show();
    $("text").focus();
  }

  function wish(text) {
    if (editing) return ["edit", { mid: editing.mid, text }];
    return ["say", {
      ...(text && { text }),
      ...(replyTo && { reply_to: replyTo.mid }),
      ...(file && { attachments: [{ type: file.kind, payload: { url: file.url } }] }),
    }];
  }

  async function send(event) {
    event.preventDefault();
    const text = $("text").value.trim();
    if (!text && (!file || editing)) return;
    if (await does(...wish(text))) {
      $("text").value = "";
      drop();
    }
  }

  function pressed(event) {
    if (event.key === "Escape" && !$("draft").hidden) drop();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    $("composer").requestSubmit();
  }

  $("composer").addEventListener("submit", send);
  $("text").addEventListener("keydown", pressed);
  $("file").addEventListener("change", choose);
  $("drop-draft").addEventListener("click", () => { drop(); $("text").focus(); });
  return { reply: (message) => begin(message, "reply"), edit: (message) => begin(message, "edit"), drop };
}

const addressOf = (chosen) => new Promise((done, fail) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => done(reader.result));
  reader.addEventListener("error", () => fail(reader.error));
  reader.readAsDataURL(chosen);
});
