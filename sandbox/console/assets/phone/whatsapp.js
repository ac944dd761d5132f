// WhatsApp's messages as a person sees them: content -> DOM. They have a `type`, and a member of that name.

import { file } from "./api.js";
import { el, linked, unseen } from "./dom.js";
import { media } from "./templates.js";

export const draw = (content, pen) => (TYPES[content.type] ?? unknown)(content[content.type] ?? {}, pen, content);

/** In one line: where a message is quoted. */
export function inShort(content) {
  const said = content[content.type] ?? {};
  const reply = said.button_reply ?? said.list_reply;
  const words = reply?.title ?? said.body?.text ?? said.body ?? content.shown?.body ?? said.text ?? said.caption ?? said.name ?? `a ${content.type}`;
  return words.replaceAll(/(?<!\w)[*_~`]+|[*_~`]+(?!\w)/g, "");
}

/** The emojis on each message, by its id: {person, page}. On this channel a reaction is a message, which stands on no line of its own. */
export function reactionsOn(messages) {
  const found = {};
  for (const { content, sender } of messages) {
    if (content.type === "reaction") (found[content.reaction.message_id] ??= {})[sender] = content.reaction.emoji;
  }
  return found;
}

const card = (...parts) => el("div.card-message", {}, ...parts);
const words = (text, name = "p") => el(name, {}, formatted(text));

const TYPES = {
  text: (said) => words(said.body, "p.bubble"),
  image: (said) => enclosed("image", said),
  sticker: (said) => enclosed("image", said),
  video: (said) => enclosed("video", said),
  audio: (said) => enclosed("audio", said),
  document: (said) => enclosed("file", said),
  location: (said) => card(
    el("p.title", {}, said.name ?? "A place"), said.address && el("p", {}, said.address),
    el("p.subtitle", {}, `${said.latitude}, ${said.longitude}`)),
  contacts: (said) => card(said.map((one) => [
    el("p.title", {}, one.name?.formatted_name ?? "A contact"), (one.phones ?? []).map(({ phone }) => el("p.subtitle", {}, phone))]).flat(2)),
  button: (said) => el("p.bubble.tapped", {}, unseen("Tapped: "), said.text),
  interactive,
  template: (_said, pen, { shown }) => card(
    heading(shown.header), words(shown.body), shown.footer && el("p.subtitle", {}, shown.footer),
    shown.buttons?.length ? el("div.buttons", {}, shown.buttons.map((one) => pen.button(OF_TEMPLATE[one.type](one)))) : null),
};

/** A button of a template as the phone knows buttons. */
const OF_TEMPLATE = {
  quick_reply: ({ text }) => ({ type: "quick_reply", title: text }),
  url: ({ text, url }) => ({ type: "web_url", title: text, url }),
  phone_number: ({ text }) => ({ type: "phone_number", title: text }),
  copy_code: ({ text }) => ({ type: "copy_code", title: text }),
};

function interactive(said, pen) {
  const chosen = said.button_reply ?? said.list_reply;
  if (chosen) return el("p.bubble.tapped", {}, unseen("Tapped: "), chosen.title, chosen.description && el("span.line", {}, chosen.description));
  const below = (ACTIONS[said.type] ?? (() => null))(said.action ?? {}, pen);
  return card(heading(said.header), words(said.body?.text ?? ""), said.footer && el("p.subtitle", {}, said.footer.text), below);
}

const ACTIONS = {
  button: ({ buttons }, pen) => el("div.buttons", {}, buttons.map(({ reply }) => pen.button({ type: "reply", title: reply.title }))),
  list: ({ button, sections }, pen) => el("details.buttons.choice", {}, el("summary", {}, button), sections.map((one) => section(one, pen))),
  cta_url: ({ parameters }, pen) => el("div.buttons", {}, pen.button({ type: "web_url", title: parameters.display_text, url: parameters.url })),
  location_request_message: () => el("p.subtitle", {}, "Asks where you are. This phone does not tell."),
};

function section({ title, rows }, pen) {
  return el("div.rows", { role: "group", "aria-label": title ?? "Choices" },
    title && el("p.subtitle", { "aria-hidden": "true" }, title),
    rows.map((row) => pen.button({ type: "reply", title: row.title }, "button.row", row.description && el("span.subtitle", {}, row.description))));
}

function heading(header) {
  if (!header) return null;
  return header.type === "text" ? el("p.title", {}, header.text) : enclosed(header.type === "document" ? "file" : header.type, header[header.type] ?? {});
}

function enclosed(kind, said) {
  const url = said.link ?? (said.id ? file(said.id) : undefined);
  return [media(kind, { url, name: said.filename }), said.caption && words(said.caption, "p.bubble")].filter(Boolean);
}

const unknown = (_said, _pen, { type }) => el("p.note", {}, `A message that this phone cannot draw: ${type}`);

const MARKS = { "*": "strong", _: "em", "~": "s", "`": "code" };
const MARKED = /(?<!\w)(```[^]+?```|`[^`\n]+`|\*(?=\S)[^*\n]+(?<=\S)\*|_(?=\S)[^_\n]+(?<=\S)_|~(?=\S)[^~\n]+(?<=\S)~)(?!\w)/;

/** *bold*, _italic_, ~struck~ and `code`; addresses lead there. */
const formatted = (text) => linked(text, (part) => part.split(MARKED).map((one, place) => (place % 2 ? marked(one) : one))).flat();

function marked(text) {
  const width = text.startsWith("```") ? 3 : 1;
  return el(MARKS[text[0]], {}, text.slice(width, -width));
}
