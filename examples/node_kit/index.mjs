// Sandbank in tests that are written in JavaScript. Needs Node 20 and nothing else; copy the folder into your project.
//
//   const sandbank = await start();
//   const world = await sandbank.world();
//   const consent = await world.consent("chase", "maya");
//   const accounts = await (await consent.fetch()).json();
//   await world.delete();
//   await sandbank.stop();

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { randomUUID } from "node:crypto";

const NOW = "2026-06-15T15:00:00Z";
const READY = "SANDBANK READY ";

// What a bank wants with every call beside the token.
const USUAL = {
  wellsfargo: () => ({ "x-fapi-interaction-id": randomUUID(), "FDX-API-Actor-Type": "USER" }),
  citi: (bank) => ({ uuid: randomUUID(), client_id: bank.clientId }),
};

/** The control API did not do what it was asked. */
export class Refused extends Error {
  constructor(method, path, status, body) {
    super(`${method} ${path} was refused with ${status}: ${[body.detail ?? body.error, body.hint].filter(Boolean).join(" ")}`);
    this.status = status;
    this.body = body;
  }
}

async function ready(output) {
  for await (const line of createInterface({ input: output })) {
    if (line.startsWith(READY)) return JSON.parse(line.slice(READY.length)).url;
  }
}

/** The server that SANDBANK_URL names, else one of our own: `sandbank serve`, or what SANDBANK_COMMAND says. */
export async function start({ url = process.env.SANDBANK_URL, now = NOW, args = [] } = {}) {
  if (url) return new Sandbank(url);
  const [command, ...words] = (process.env.SANDBANK_COMMAND ?? "sandbank").split(" ");
  const serve = [...words, "serve", "--port", "0", "--now", now, "--freeze", ...args];
  const server = spawn(command, serve, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => {
    server.once("error", (error) => resolve(error.message));
    server.once("exit", (code) => resolve(`it ended with exit code ${code}`));
  });
  const address = await ready(server.stdout);
  if (!address) throw new Error(`${command} did not become ready: ${await ended}`);
  server.stdout.resume(); // so that what it prints later holds nothing up
  return new Sandbank(address, async () => {
    server.kill("SIGTERM");
    await ended;
  });
}

export class Sandbank {
  #stop;

  constructor(url, stop = async () => {}) {
    this.url = url.replace(/\/$/, "");
    this.#stop = stop;
  }

  /** Any operation of the control API; `path` is what comes behind /_sandbox. Rejects with Refused. */
  async control(method, path, body, query = {}) {
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    if (process.env.SANDBANK_CONTROL_TOKEN) headers["Sandbank-Control-Token"] = process.env.SANDBANK_CONTROL_TOKEN;
    const asked = new URLSearchParams(query).toString();
    const answer = await fetch(`${this.url}/_sandbox${path}${asked && `?${asked}`}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (answer.status === 204) return undefined;
    const told = await answer.json();
    if (!answer.ok) throw new Refused(method, path, answer.status, told);
    return told;
  }

  /** A fresh world. `wish`: now, frozen, seed, id, name … */
  async world(wish = {}) {
    return this.#opened(await this.control("POST", "/worlds", wish));
  }

  /** A fresh world from the content of a snapshot's file. */
  async load(snapshot, wish = {}) {
    return this.#opened(await this.control("POST", "/snapshots", { snapshot, ...wish }));
  }

  /** Runs `work` in a world of its own, and deletes it whatever becomes of that. */
  async inWorld(work, wish = {}) {
    const world = await this.world(wish);
    try {
      return await work(world);
    } finally {
      await world.delete();
    }
  }

  async #opened(made) {
    const { banks } = await this.control("GET", "/banks");
    return new World(this, made, banks);
  }

  /** Ends the server, if it was started here. */
  async stop() {
    await this.#stop();
  }
}

export class World {
  constructor(sandbank, made, banks) {
    this.sandbank = sandbank;
    this.id = made.id;
    /** By slug: what an integration is configured with. */
    this.banks = Object.fromEntries(banks.map((bank) => [bank.slug, new Bank(bank, made.clients[bank.slug])]));
  }

  control(method, path, body, query = {}) {
    return this.sandbank.control(method, path, body, { world: this.id, ...query });
  }

  /** A consent given at once, with its tokens. `more`: accounts, clusters, scope … */
  async consent(slug, customer = "maya", more = {}) {
    const bank = this.banks[slug];
    if (!bank) throw new Error(`there is no bank ${slug}; the banks are ${Object.keys(this.banks).join(", ")}`);
    const wish = { bank: slug, customer, client_id: bank.clientId, ...more };
    return new Consent(this, bank, await this.control("POST", "/consents", wish));
  }

  /** Plays the customer for a genuine OAuth client: where the browser ends up, with `code` or with `error`. */
  async authorize(url, customer = "maya", more = {}) {
    return (await this.control("POST", "/authorize", { url, customer, ...more })).redirect;
  }

  /** Moves the clock by `P1DT2H`, `1d2h` or {days, hours …}; answers the time that it has become. */
  async advance(by) {
    return new Date((await this.control("POST", "/clock/advance", { by })).now);
  }

  async now() {
    return new Date((await this.control("GET", "/clock")).now);
  }

  /** Puts a row, or many, on an account. */
  addTransactions(accountId, rows) {
    return this.control("POST", `/accounts/${accountId}/transactions`, rows);
  }

  /** Waits until something has come about: {request: …}, {delivery: …}, {message: …}; rejects when it does not. */
  async waitFor(wish) {
    const told = await this.control("POST", "/wait-for", wish);
    if (!told.met) throw new Error(`${told.missing}; nearest: ${JSON.stringify(told.nearest)}`);
    return told.found;
  }

  save(name) {
    return this.sandbank.control("POST", `/worlds/${this.id}/snapshots`, { name });
  }

  restore(name) {
    return this.sandbank.control("POST", `/worlds/${this.id}/snapshots/${name}/restore`, {});
  }

  async delete() {
    await this.sandbank.control("DELETE", `/worlds/${this.id}`);
  }
}

export class Bank {
  constructor(told, client) {
    this.slug = told.slug;
    this.name = told.name;
    this.url = told.base_url;
    this.accountsUrl = told.accounts_url;
    this.authorizationEndpoint = told.authorization_endpoint;
    this.tokenEndpoint = told.token_endpoint;
    this.metadataUrl = told.metadata_url;
    this.defaultScope = told.default_scope;
    this.clientId = client.client_id;
    this.clientSecret = client.client_secret;
  }
}

export class Consent {
  constructor(world, bank, told) {
    this.world = world;
    this.bank = bank;
    this.id = told.consent_id;
    this.accessToken = told.access_token;
    this.refreshToken = told.refresh_token;
    this.accounts = told.accounts;
  }

  /** Calls the bank: a path below its address, a whole URL, or without one its list of accounts. */
  fetch(path = "", { headers = {}, ...more } = {}) {
    const url = path.includes("://") ? path : path ? this.bank.url + path : this.bank.accountsUrl;
    const usual = { Authorization: `Bearer ${this.accessToken}`, ...USUAL[this.bank.slug]?.(this.bank) };
    return fetch(url, { headers: { ...usual, ...headers }, ...more });
  }

  /** As the customer does at the bank. */
  async revoke() {
    await this.world.control("POST", `/consents/${this.id}/revoke`, {});
  }
}
