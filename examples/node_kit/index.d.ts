export type Json = Record<string, any>;

export interface StartOptions {
  /** A running server. Default: SANDBANK_URL, else one of our own. */
  url?: string;
  /** Where worlds' clocks stand. */
  now?: string;
  /** Further flags of `sandbank serve`. */
  args?: string[];
}

export function start(options?: StartOptions): Promise<Sandbank>;

export class Refused extends Error {
  readonly status: number;
  readonly body: Json;
}

export class Sandbank {
  constructor(url: string, stop?: () => Promise<void>);
  readonly url: string;
  control(method: string, path: string, body?: unknown, query?: Record<string, string>): Promise<any>;
  world(wish?: Json): Promise<World>;
  load(snapshot: Json, wish?: Json): Promise<World>;
  inWorld<T>(work: (world: World) => Promise<T>, wish?: Json): Promise<T>;
  stop(): Promise<void>;
}

export class World {
  readonly id: string;
  readonly banks: Record<string, Bank>;
  control(method: string, path: string, body?: unknown, query?: Record<string, string>): Promise<any>;
  consent(bank: string, customer?: string, more?: Json): Promise<Consent>;
  authorize(url: string, customer?: string, more?: Json): Promise<string>;
  advance(by: string | Record<string, number>): Promise<Date>;
  now(): Promise<Date>;
  addTransactions(accountId: string, rows: Json | Json[]): Promise<Json>;
  waitFor(wish: Json): Promise<Json[]>;
  save(name: string): Promise<Json>;
  restore(name: string): Promise<Json>;
  delete(): Promise<void>;
}

export class Bank {
  readonly slug: string;
  readonly name: string;
  readonly url: string;
  readonly accountsUrl: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly metadataUrl: string;
  readonly defaultScope: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export class Consent {
  readonly id: string;
  readonly bank: Bank;
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly accounts: Array<{ account_id: string; id: string; kind: string; name: string; last4: string }>;
  fetch(path?: string, init?: RequestInit): Promise<Response>;
  revoke(): Promise<void>;
}
