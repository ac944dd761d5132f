// Elements, made from words alone: nothing here reads markup, so what a bot says stays what it says.

/** el("p.note", {title: "…"}, "text", node): attributes that are functions listen, false and null are left out. */
export function el(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => ![null, undefined, false, ""].includes(child)));
  return node;
}

/** The children of a list become these, in this order. What stays is not touched, so that it keeps the focus. */
export function arrange(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  for (const [place, node] of nodes.entries()) {
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null);
  }
}

export const unseen = (text) => el("span.unseen", {}, text);

/** The address where a browser may be led, or null: a bot's button must not run a script. */
export function address(text) {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return ["http:", "https:"].includes(url.protocol) ? url : null;
}

export function link(text, url, ...shown) {
  const to = address(url);
  if (!to) return el("span.broken", { title: `Not an address that a browser opens: ${url}` }, ...shown, text);
  return el("a", { href: to.href, target: "_blank", rel: "noopener noreferrer" }, ...shown, text);
}

/** Addresses in a text lead there. */
export function linked(text, plain = (part) => part) {
  const parts = text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/);
  return parts.map((part, place) => (place % 2 ? link(part, part) : plain(part)));
}

const HERE = ["127.0.0.1", "localhost"];

/** Whether the page may load it: from this server, or from this machine. Nothing is asked of anybody else. */
export function isNear(url) {
  const to = address(url);
  return to !== null && (to.origin === window.location.origin || (to.protocol === "http:" && HERE.includes(to.hostname)));
}

/** A picture; where it lies elsewhere, a frame that says where and leads there. */
export function picture(url, alt, name = "img") {
  if (isNear(url) || /^data:image\//.test(url)) return el(name, { src: url, alt, loading: "lazy" });
  const to = address(url);
  const where = to ? `Picture at ${to.hostname}` : "Picture without an address";
  return el("span.elsewhere", {}, to ? link(where, url) : where, unseen(alt ? `: ${alt}` : ""));
}
