// undici: the scenarios on one connection; without TLS through its H2CClient.
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import { BASE, AUTHORITY, BODY, attempt, content, unsupported } from "./claims.mjs";

const { Agent, H2CClient } = createRequire(path.join(process.argv[5], "x.js"))("undici");

const isTLS = BASE.startsWith("https:");
const make = () => (isTLS
  ? new Agent({ allowH2: true, connections: 1, pipelining: 100, connect: { ca: fs.readFileSync(AUTHORITY) } })
  : new H2CClient(BASE, { pipelining: 100 }));
const client = make();

const send = (to, target, method = "GET", more = {}) =>
  to.request({ origin: BASE, path: target, method, ...more });
const octets = async (response) => Buffer.from(await response.body.arrayBuffer());
const message = async (response) => content(response.statusCode, await octets(response));

await attempt("get", async () => message(await send(client, "/get?get")));
await attempt("echo", async () => message(await send(client, "/echo?echo", "POST", { body: BODY })));
await attempt("streams", async () => {
  const found = await Promise.all(Array.from({ length: 10 }, async (_, n) => {
    const response = await send(client, `/slow?streams-${n}`);
    await octets(response);
    return response.statusCode;
  }));
  return { ok: found.filter((status) => status === 200).length };
});
await attempt("download", async () => message(await send(client, "/download?download")));
await attempt("continue", async () =>
  message(await send(client, "/echo?continue", "POST", { body: BODY, expectContinue: true })));
await attempt("head", async () => {
  const response = await send(client, "/get?head", "HEAD");
  return { ...(await message(response)), content_length: Number(response.headers["content-length"]) };
});
await attempt("not_found", async () => message(await send(client, "/missing?not_found")));
await attempt("trailers", async () => {
  const response = await send(client, "/trailers?trailers");
  await octets(response);
  const trailer = response.trailers["x-trailer"];
  return trailer === undefined
    ? { unsupported: "the trailer section is not shown" }
    : { status: response.statusCode, trailer };
});
const other = make();
await attempt("cancel", async () => {
  const control = new AbortController();
  const response = await send(other, "/endless?cancel", "GET", { signal: control.signal });
  let received = 0;
  try {
    for await (const piece of response.body) {
      received += piece.length;
      control.abort();
    }
  } catch (error) {
    if (error.name !== "AbortError") {
      throw error;
    }
  }
  // Nothing tells when the RST_STREAM has left; the next request is to come after it.
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  const after = await send(other, "/get?cancel");
  await octets(after);
  return { received, after: after.statusCode };
});
unsupported("push", "SETTINGS ENABLE_PUSH=0");
await Promise.race([
  Promise.all([client.close(), other.close()]),
  new Promise((resolve) => { setTimeout(resolve, 2000).unref(); }),
]);
process.exit(0);
