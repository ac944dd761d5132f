// What tests with the kit look like: node --test

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Refused, start } from "./index.mjs";

let sandbank;
before(async () => (sandbank = await start()));
after(() => sandbank.stop());

test("a client reads accounts at every bank", () =>
  sandbank.inWorld(async (world) => {
    for (const slug of Object.keys(world.banks)) {
      const consent = await world.consent(slug, "maya");
      assert.equal((await consent.fetch()).status, 200, slug);
    }
  }));

test("a revoked consent ends its tokens", () =>
  sandbank.inWorld(async (world) => {
    const consent = await world.consent("chase");
    await consent.revoke();
    assert.equal((await consent.fetch()).status, 401);
    const [asked] = await world.waitFor({ request: { bank: "chase", status: 401 } });
    assert.equal(asked.operation, "searchForAccounts");
  }));

test("time passes when it is told to, and is put back", () =>
  sandbank.inWorld(async (world) => {
    const began = await world.now();
    await world.save("before");
    assert.equal((await world.advance("P2D")) - began, 2 * 24 * 3600 * 1000);
    await world.restore("before");
    assert.deepEqual(await world.now(), began);
  }, { now: "2026-06-15T15:00:00Z", frozen: true }));

test("worlds do not see each other", async () => {
  const [one, other] = await Promise.all([sandbank.world(), sandbank.world()]);
  const { accounts } = await one.control("GET", "/customers/chloe/accounts", undefined, { bank: "chase" });
  await one.addTransactions(accounts[0].account_id, { amount: "-18.40", description: "BLUE FINCH COFFEE" });
  const rows = (world) => world.control("GET", `/accounts/${accounts[0].account_id}/transactions`);
  assert.equal((await rows(one)).transactions.length, 1);
  assert.equal((await rows(other)).transactions.length, 0);
  await Promise.all([one.delete(), other.delete()]);
});

test("what is refused says why", () =>
  sandbank.inWorld(async (world) => {
    await assert.rejects(world.consent("chase", "maja"), (error) => error instanceof Refused && /maya/.test(error.message));
    await assert.rejects(world.consent("chaise"), /there is no bank chaise/);
  }));
