// A message of a thread, as GET /_sandbox/messenger/users/{user}/thread tells it, as a person sees it: message -> DOM.
//
// A scene says what stands around it: {hours, page, personas {id: {name, profile_picture_url}}, isLast, isSeen, reactions [emoji],
// quoted(mid) -> text, tap(mid, place, button), react(mid, emoji), reply(message), edit(message)}. Nothing here asks the server for
// anything, or knows what came before.

import { actions } from "./actions.js";
import { el, link, linked, picture, unseen } from "./dom.js";
import { drawTemplate, media } from "./templates.js";
import * as whatsapp from "./whatsapp.js";
import { hour } from "./words.js";

export function drawMessage(message, scene) {
  const { content, sender, mid } = message;
  const pen = pens(mid, scene);
  const answered = content.reply_to?.mid ?? content.context?.id ?? content.context?.message_id;
  const drawn = el(`li.message.from-${sender}`, { "data-mid": mid },
    author(message, scene),
    answered && el("p.quoted", {}, unseen("In answer to: "), scene.quoted(answered)),
    body(content, pen, scene),
    reactions(content, scene).map((emoji) => el("span.reaction", {}, unseen("Reaction: "), emoji)),
    el("div.under", {},
      el("p.meta", {}, el("time", { datetime: message.at }, hour(message.at, scene.hours)),
        content.num_edit ? " · Edited" : "", scene.isSeen ? " · Seen" : ""),
      isReaction(content) ? null : actions(message, scene)));
  const replies = scene.isLast ? quickReplies(content.quick_replies ?? [], pen) : null;
  if (replies) drawn.append(replies);
  return drawn;
}

/** The dots. */
export function drawTyping(page) {
  return el("li.message.from-page.typing", {}, el("span.bubble", { role: "img", "aria-label": `${page} is typing` },
    el("i"), el("i"), el("i")));
}

/** In one line: where a message is quoted. */
export function inShort(content) {
  if (content.type) return whatsapp.inShort(content);
  const payload = content.attachment?.payload ?? {};
  const kind = content.attachment?.type ?? content.attachments?.[0]?.type;
  return content.text ?? content.postback?.title ?? payload.text ?? payload.title ?? payload.elements?.[0]?.title ??
    payload.merchant_name ?? (kind ? `a ${kind}` : "a message");
}

/** Buttons carry their places, by which the server taps them: in reading order, as it counts them. */
function pens(mid, scene) {
  let next = 0;
  return {
    hours: scene.hours,
    button(one, name = "button.tap", ...inside) {
      const place = next++;
      const title = one.title ?? TITLES[one.type] ?? "";
      if (one.type === "web_url") return link(title, one.url);
      return el(name, { type: "button", click: () => scene.tap(mid, place, one) },
        one.image_url ? picture(one.image_url, "") : null, title || QUICK[one.content_type] || "…", ...inside);
    },
  };
}

const TITLES = { account_link: "Log In", account_unlink: "Log Out", game_play: "Play" };
const QUICK = { user_phone_number: "My phone number", user_email: "My email address" };
const AGENT = "Agent";

function author({ sender, persona }, scene) {
  if (sender === "person") return unseen("You: ");
  const known = scene.personas[persona];
  if (known) return el("p.author", {}, picture(known.profile_picture_url, ""), known.name);
  if (sender === "inbox") return el("p.author", {}, AGENT);
  return unseen(`${scene.page}: `);
}

function body(content, pen, scene) {
  const { text, attachment, attachments, postback, optin } = content;
  if (content.type) return whatsapp.draw(content, pen);
  if (isReaction(content)) return el("p.note", {}, reacted(content.reaction, scene));
  if (attachment?.type === "template") return drawTemplate(attachment.payload, pen);
  if (attachment) return media(attachment.type, attachment.payload ?? {});
  if (postback || optin) return el("p.bubble.tapped", {}, unseen("Tapped: "), (postback ?? optin).title);
  return [attachments?.length ? files(attachments) : null, text || !attachments?.length ? el("p.bubble", {}, linked(text ?? "")) : null];
}

function files(attachments) {
  const drawn = attachments.map((one) => media(one.type, one.payload ?? {}));
  return drawn.length === 1 ? drawn[0] : el("div.grid", {}, drawn);
}

/** What the page reacts with stands on the thread as something said. */
const isReaction = (content) => typeof content.reaction === "object" && content.reaction !== null;

const reactions = (content, scene) => (typeof content.reaction === "string" ? [content.reaction] : scene.reactions ?? []);

const reacted = ({ mid, emoji, action }, scene) =>
  `${scene.page} ${action === "unreact" ? "took a reaction back from" : `reacted with ${emoji} to`} “${scene.quoted(mid)}”`;

function quickReplies(list, pen) {
  if (!list.length) return null;
  const items = list.map((one) => el("li", {}, pen.button({ ...one, type: "quick_reply" }, "button.quick")));
  return el("ul.quick-replies", { "aria-label": "Quick replies" }, items);
}
