// What a person can do with a message, behind its ⋯: answer it, react to the page's, edit one's own.

import { el } from "./dom.js";

/** As the messengers offer them. */
const EMOJIS = ["❤", "😆", "😮", "😢", "😠", "👍", "👎"];
const EDITS = 5;

export function actions(message, scene) {
  const { content, sender } = message;
  const isOwn = sender === "person";
  const canEdit = isOwn && !content.type && typeof content.text === "string" && !content.quick_reply && (content.num_edit ?? 0) < EDITS;
  const button = (label, click, more = {}) => el("button", { type: "button", click: () => { shut(); click(); }, ...more }, label);
  const has = typeof content.reaction === "string" ? content.reaction : scene.own;
  const reaction = (emoji) => button(emoji, () => scene.react(message.mid, emoji === has ? "" : emoji),
    { "aria-pressed": String(emoji === has), "aria-label": emoji === has ? `Take ${emoji} back` : `React with ${emoji}` });
  const shut = () => {
    fold.open = false;
    fold.firstElementChild.focus();
  };
  const fold = el("details.actions-of", {},
    el("summary", { "aria-label": ["Reply", isOwn ? canEdit && "edit" : "react"].filter(Boolean).join(" or "), title: "What to do with this message" }, "⋯"),
    el("div", { role: "group", "aria-label": "This message" },
      button("Reply", () => scene.reply(message)),
      canEdit ? button("Edit", () => scene.edit(message)) : null,
      isOwn ? null : EMOJIS.map(reaction)));
  return fold;
}
