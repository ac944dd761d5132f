// Receives Sandbank's webhooks: checks each signature, and takes each message once. Needs nothing beside Node.
// Start it with the secret of the subscription: WEBHOOK_SECRET=whsec_… node receive_webhooks.mjs

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const key = Buffer.from(process.env.WEBHOOK_SECRET.replace(/^whsec_/, ""), "base64");
const TOLERANCE = 5 * 60; // seconds
const seen = new Set();

function isGenuine(headers, body) {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = headers;
  if (!id || !signatures || !(Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE)) return false;
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  // While a secret is rotated there are two signatures: one that fits is enough.
  return signatures.split(" ").some((one) => {
    const [version, text] = one.split(",");
    const given = Buffer.from(text ?? "", "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks); // the bytes that came, never JSON made anew
    if (!isGenuine(request.headers, body)) return response.writeHead(401).end("not genuine");
    const event = JSON.parse(body);
    if (!seen.has(event.id)) {
      seen.add(event.id); // a message that is repeated keeps its id
      console.log(event.type, event.data.account_id ?? "");
    }
    response.writeHead(204).end();
  });
});
server.listen(Number(process.env.PORT ?? 5000), "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
