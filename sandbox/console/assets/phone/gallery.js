// Everything that draw.js can draw, one beside the other: to look at, and for tests.

import { el } from "./dom.js";
import { drawMessage, drawTyping, inShort } from "./draw.js";
import { PERSONAS, sampleMessages } from "./samples.js";

const PAGE = "Sandbank Bot";
const samples = sampleMessages();
const scene = {
  hours: -7,
  page: PAGE,
  personas: PERSONAS,
  isLast: true,
  isSeen: false,
  reactions: [],
  quoted: (mid) => inShort(samples.find(([, one]) => one.mid === mid)[1].content),
  tap: () => {},
  react: () => {},
  reply: () => {},
  edit: () => {},
};

const shown = (name, drawn) => el("section.sample", {}, el("h2", {}, name), el("ol", {}, drawn));

document.getElementById("main").append(
  ...samples.map(([name, message]) => shown(name, drawMessage(message, scene))),
  shown("Typing", drawTyping(PAGE)));
