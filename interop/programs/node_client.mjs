// node:http2: the scenarios on one session.
import http2 from "node:http2";
import fs from "node:fs";
import { BASE, AUTHORITY, BODY, attempt, content } from "./claims.mjs";

const session = http2.connect(BASE, {
  ca: fs.readFileSync(AUTHORITY),
  settings: { enablePush: true, initialWindowSize: 1 << 20 },
});
const pushes = [];
session.on("stream", (stream, fields) => {
  const push = { path: fields[":path"] };
  push.done = new Promise((resolve, reject) => {
    const pieces = [];
    stream.on("push", (response) => { push.status = response[":status"]; });
    stream.on("data", (piece) => pieces.push(piece));
    stream.on("error", reject);
    stream.on("close", () => resolve(content(push.status, Buffer.concat(pieces))));
  });
  pushes.push(push);
});

function request(fields, body) {
  return new Promise((resolve, reject) => {
    const found = { pieces: [], informational: [] };
    const stream = session.request(fields, { endStream: body === undefined });
    stream.on("response", (response) => { found.status = response[":status"]; found.fields = response; });
    stream.on("continue", () => { found.informational.push(100); stream.end(body); });
    stream.on("trailers", (trailers) => { found.trailers = trailers; });
    stream.on("data", (piece) => found.pieces.push(piece));
    stream.on("error", reject);
    stream.on("close", () => { found.body = Buffer.concat(found.pieces); resolve(found); });
    if (body !== undefined && !fields.expect) {
      stream.end(body);
    }
  });
}

const message = (found) => content(found.status, found.body);
const get = (path) => request({ ":path": path });
const post = { ":method": "POST" };

await attempt("get", async () => message(await get("/get?get")));
await attempt("echo", async () => message(await request({ ...post, ":path": "/echo?echo" }, BODY)));
await attempt("streams", async () => {
  const found = await Promise.all(Array.from({ length: 10 }, (_, n) => get(`/slow?streams-${n}`)));
  return { ok: found.filter((one) => one.status === 200).length };
});
await attempt("download", async () => message(await get("/download?download")));
await attempt("trailers", async () => {
  const found = await get("/trailers?trailers");
  return { status: found.status, trailer: found.trailers?.["x-trailer"] };
});
await attempt("continue", async () => {
  const found = await request({ ...post, ":path": "/echo?continue", expect: "100-continue" }, BODY);
  return { ...message(found), informational: found.informational };
});
await attempt("head", async () => {
  const found = await request({ ":method": "HEAD", ":path": "/get?head" });
  return { ...message(found), content_length: Number(found.fields["content-length"]) };
});
await attempt("not_found", async () => message(await get("/missing?not_found")));
await attempt("cancel", async () => {
  const received = await new Promise((resolve, reject) => {
    const stream = session.request({ ":path": "/endless?cancel" });
    stream.once("data", (piece) => {
      stream.close(http2.constants.NGHTTP2_CANCEL);
      stream.once("close", () => resolve(piece.length));
    });
    stream.on("error", reject);
  });
  return { received, after: (await get("/get?cancel")).status };
});
await attempt("push", async () => {
  await get("/push?push");
  const claims = await pushes[0].done;
  return { ...claims, path: pushes[0].path };
});
session.close();
