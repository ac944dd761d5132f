// Structured messages as a person sees them: payload -> DOM. Each takes `pen`, which draws buttons and knows the time zone.

import { address, el, link, picture, unseen } from "./dom.js";
import { moment, money } from "./words.js";

export function drawTemplate(payload, pen) {
  const draw = TEMPLATES[payload.template_type];
  return draw ? draw(payload, pen) : unknown(payload);
}

const TEMPLATES = {
  generic: (payload, pen) => {
    const cards = payload.elements.map((one) => card(one, pen));
    if (cards.length === 1) return cards[0];
    const items = cards.map((one, place) => el("li", { "aria-label": `${place + 1} of ${cards.length}` }, one));
    return el("ul.carousel", { tabindex: 0, "aria-label": `${cards.length} cards` }, items);
  },
  button: (payload, pen) => el("div.card-message", {}, el("p", {}, payload.text), buttons(payload.buttons, pen)),
  media: (payload, pen) => {
    const [one] = payload.elements;
    return el("div.card-message", {}, media(one.media_type, one), buttons(one.buttons, pen));
  },
  receipt,
  coupon: (payload, pen) =>
    el("div.card-message.coupon", {},
      payload.coupon_pre_message && el("p.before", {}, payload.coupon_pre_message),
      payload.image_url && picture(payload.image_url, ""),
      el("p.title", {}, payload.title),
      payload.subtitle && el("p.subtitle", {}, payload.subtitle),
      payload.coupon_code && el("p.code", {}, unseen("Code: "), payload.coupon_code),
      payload.coupon_url &&
        buttons([{ type: "web_url", title: payload.coupon_url_button_title ?? "Show", url: payload.coupon_url }], pen)),
  notification_messages: (payload, pen) =>
    el("div.card-message", {},
      payload.image_url && picture(payload.image_url, ""),
      el("p.title", {}, payload.title ?? "Get messages"),
      el("p.subtitle", {}, "You can stop them at any time."),
      el("div.buttons", {}, pen.button({ type: "opt_in", title: "Get messages" }))),
};

function card(one, pen) {
  const action = one.default_action;
  const title = action && address(action.url) ? link(one.title, action.url) : one.title;
  return el("div.card-message", {},
    one.image_url && picture(one.image_url, ""),
    el("p.title", {}, title),
    one.subtitle && el("p.subtitle", {}, one.subtitle),
    buttons(one.buttons, pen));
}

function receipt(payload, pen) {
  const { currency, summary, address: to } = payload;
  const row = (name, amount, kind = "") => amount !== undefined && el("tr", { class: kind || null },
    el("th", { scope: "row" }, name), el("td", {}, money(amount, currency)));
  const items = payload.elements ?? [];
  return el("div.card-message.receipt", {},
    el("p.title", {}, payload.order_url ? link(payload.merchant_name ?? "Receipt", payload.order_url) : payload.merchant_name ?? "Receipt"),
    el("p.subtitle", {}, `Order ${payload.order_number}`),
    payload.timestamp && el("p.subtitle", {}, moment(Number(payload.timestamp) * 1000, pen.hours)),
    items.length > 0 && el("ul.items", { "aria-label": `${items.length} ${items.length === 1 ? "item" : "items"}` }, items.map((one) => item(one, currency))),
    el("table", {}, el("tbody", {},
      row("Subtotal", summary.subtotal),
      row("Shipping", summary.shipping_cost),
      row("Tax", summary.total_tax),
      ...(payload.adjustments ?? []).map((one) => row(one.name ?? "Adjustment", adjusted(one.amount, payload))),
      row("Total", summary.total_cost, "total"))),
    el("dl", {},
      el("dt", {}, "Paid with"), el("dd", {}, payload.payment_method),
      el("dt", {}, to ? "To" : "For"), el("dd", {}, payload.recipient_name,
        to && [to.street_1, to.street_2, `${to.city}, ${to.state} ${to.postal_code}`, to.country].filter(Boolean).map((line) => el("span.line", {}, line)))));
}

/** Bots write a discount as 3 or as -3, and a tip as 3: which one is meant, the sum tells. */
function adjusted(amount, { adjustments, summary }) {
  const by = Number(amount);
  if (amount === undefined || by < 0) return amount;
  const parts = [summary.subtotal, summary.shipping_cost, summary.total_tax, ...adjustments.map((one) => one.amount)];
  const sum = parts.reduce((all, part) => all + Number(part ?? 0), 0);
  return Math.abs(sum - Number(summary.total_cost)) < 0.005 ? by : -by;
}

function item(one, currency) {
  const many = Number(one.quantity ?? 1);
  return el("li", {},
    one.image_url && picture(one.image_url, ""),
    el("span.what", {}, one.title, one.subtitle && el("span.subtitle", {}, one.subtitle), many !== 1 && el("span.subtitle", {}, `${many} pieces`)),
    el("span.price", {}, money(one.price, one.currency ?? currency)));
}

function buttons(list, pen) {
  return list?.length ? el("div.buttons", {}, list.map((one) => pen.button(one))) : null;
}

function unknown(payload) {
  return el("div.card-message", {}, el("p.subtitle", {}, `A template that this phone cannot draw: ${payload.template_type}`));
}

/** Image, video, sound or file, by its address; by an id alone, that there is one. */
export function media(kind, payload) {
  if (!payload.url) return el("p.file", {}, `${KINDS[kind] ?? kind} ${payload.attachment_id ?? ""}`);
  return (MEDIA[kind] ?? file)(payload.url, kind, payload.name);
}

const KINDS = { image: "Picture", video: "Video", audio: "Voice message", file: "File" };
const MEDIA = {
  image: (url) => picture(url, "Picture"),
  video: (url) => playing(url, "video"),
  audio: (url) => playing(url, "audio"),
};

const playing = (url, kind) => {
  const shown = picture(url, KINDS[kind], kind);
  if (shown.matches(kind)) shown.controls = true;
  return shown;
};

function file(url, kind, given) {
  const to = address(url);
  const name = given ?? (to ? to.pathname.split("/").pop() || to.hostname : url);
  return el("p.file", {}, link(name, url, unseen(`${KINDS[kind] ?? kind}: `)));
}
