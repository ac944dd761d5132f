// A message of a thread, as GET /_sandbox/messenger/users/{user}/thread tells it, as a person sees it: message -> DOM.
//
// A scene says what stands around it: {hours, page, personas {id: {name, profile_picture_url}}, isLast, isSeen, quoted(mid) -> text,
// tap(mid, place, button), react(mid, emoji)}. Nothing here asks the server for anything, or knows what came before.

import { el, link, picture, unseen } from "./dom.js";
import { drawTemplate, media } from "./templates.js";
import { hour } from "./words.js";

const HEART = "❤";

export function drawMessage(message, scene) {
  const { content, sender, mid } = message;
  const pen = pens(mid, scene);
  const drawn = el(`li.message.from-${sender}`, { "data-mid": mid },
    author(message, scene),
    content.reply_to?.mid && el("p.quoted", {}, unseen("In answer to: "), scene.quoted(content.reply_to.mid)),
    body(content, pen, scene),
    typeof content.reaction === "string" && el("span.reaction", {}, unseen("Reaction: "), content.reaction),
    el("p.meta", {},
      el("time", { datetime: message.at }, hour(message.at, scene.hours)), content.num_edit ? " · Edited" : "", scene.isSeen ? " · Seen" : "",
      sender !== "person" && !isReaction(content) && heart(message, scene)));
  const replies = scene.isLast ? quickReplies(content.quick_replies ?? [], pen) : null;
  if (replies) drawn.append(replies);
  return drawn;
}

/** The dots. */
export function drawTyping(page) {
  return el("li.message.from-page.typing", {}, el("span.bubble", { role: "img", "aria-label": `${page} is typing` },
    el("i"), el("i"), el("i")));
}

/** In one line: where a message is quoted, and for the list of who wrote what. */
export function inShort(content) {
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
    button(one, name = "button.tap") {
      const place = next++;
      const title = one.title ?? TITLES[one.type] ?? "";
      if (one.type === "web_url") return link(title, one.url);
      return el(name, { type: "button", click: () => scene.tap(mid, place, one) },
        one.image_url ? picture(one.image_url, "") : null, title || QUICK[one.content_type] || "…");
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
  if (isReaction(content)) return el("p.note", {}, reacted(content.reaction, scene));
  if (attachment?.type === "template") return drawTemplate(attachment.payload, pen);
  if (attachment) return media(attachment.type, attachment.payload ?? {});
  if (attachments?.length) return el("div.grid", {}, attachments.map((one) => media(one.type, one.payload ?? {})));
  if (postback || optin) return el("p.bubble.tapped", {}, unseen("Tapped: "), (postback ?? optin).title);
  return el("p.bubble", {}, linked(text ?? ""));
}

/** What the page reacts with stands on the thread as something said. */
const isReaction = (content) => typeof content.reaction === "object" && content.reaction !== null;

const reacted = ({ mid, emoji, action }, scene) =>
  `${scene.page} ${action === "unreact" ? "took a reaction back from" : `reacted with ${emoji} to`} “${scene.quoted(mid)}”`;

function heart(message, scene) {
  const has = Boolean(message.content.reaction);
  const label = has ? "Take the reaction back" : `React with ${HEART}`;
  return el("button.react", { type: "button", "aria-pressed": String(has), "aria-label": label, title: label,
    click: () => scene.react(message.mid, has ? "" : HEART) }, HEART);
}

function quickReplies(list, pen) {
  if (!list.length) return null;
  const items = list.map((one) => el("li", {}, pen.button({ ...one, type: "quick_reply" }, "button.quick")));
  return el("ul.quick-replies", { "aria-label": "Quick replies" }, items);
}

/** Addresses in a text lead there. */
function linked(text) {
  const parts = text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/);
  return parts.map((part, place) => (place % 2 ? link(part, part) : part));
}
