// The origin's endpoints on node:http2.  Arguments: port, file of the large download, [key, certificate].
import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createSecureServer, createServer } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";

const PAGE = Buffer.from("<!DOCTYPE html><title>h2interop</title><p>A page for every peer.\n");
const [port, file, key, cert] = process.argv.slice(2);
const SIZE = statSync(file).size;
const LARGE = randomBytes(1 << 20);
const ETAG = '"h2interop-1"';

function answer(stream, content, status = 200, fields = {}) {
  if (stream.destroyed || stream.closed) return;
  const headers = { ":status": status, "content-type": "text/html", "content-length": content.length, ...fields };
  stream.respond(headers, { endStream: stream.headRequest });
  if (!stream.headRequest) stream.end(content);
}

function bare(stream, status, fields = {}) {
  if (!stream.destroyed && !stream.closed) stream.respond({ ":status": status, ...fields }, { endStream: true });
}

// Octets that wait for the client count against maxSessionMemory, so a large body is read as it goes.
function whole(stream) {
  if (stream.destroyed || stream.closed) return;
  const headers = { ":status": 200, "content-type": "application/octet-stream", "content-length": SIZE };
  if (stream.headRequest) stream.respond(headers, { endStream: true });
  else stream.respondWithFile(file, headers, { onError: () => stream.close() });
}

const page = (stream) => answer(stream, PAGE);

const endpoints = {
  "/": page,
  "/get": page,
  "/echo": async (stream, headers) => {
    if (headers.expect === "100-continue") stream.additionalHeaders({ ":status": 100 });
    const pieces = [];
    for await (const piece of stream) pieces.push(piece);
    answer(stream, Buffer.concat(pieces));
  },
  "/slow": async (stream) => {
    await sleep(1000);
    page(stream);
  },
  "/large": (stream) => answer(stream, LARGE),
  "/download": whole,
  "/endless": whole,
  "/trailers": (stream) => {
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-trailer": "the end" }));
    stream.respond({ ":status": 200, "content-type": "text/html" }, { waitForTrailers: !stream.headRequest, endStream: stream.headRequest });
    if (!stream.headRequest) stream.end(PAGE);
  },
  "/push": (stream) => {
    if (stream.pushAllowed) {
      stream.pushStream({ ":path": "/pushed" }, (error, pushed) => {
        if (error) return;
        pushed.on("error", () => {});
        answer(pushed, Buffer.from("A pushed page.\n"));
      });
    }
    page(stream);
  },
  "/pushed": (stream) => answer(stream, Buffer.from("A pushed page.\n")),
  "/early": (stream) => {
    stream.additionalHeaders({ ":status": 103, link: "</style.css>; rel=preload; as=style" });
    page(stream);
  },
  "/204": (stream) => bare(stream, 204),
  "/304": (stream, headers) =>
    headers["if-none-match"] ? bare(stream, 304, { etag: ETAG }) : answer(stream, PAGE, 200, { etag: ETAG }),
};
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]);
const unknown = (stream) => answer(stream, Buffer.from("This method is unknown here.\n"), 501);
const missing = (stream) => answer(stream, Buffer.from("There is nothing here.\n"), 404);

function serve(stream, headers) {
  // A stream that the client resets is an ordinary event.
  stream.on("error", () => {});
  const known = METHODS.has(headers[":method"]);
  const endpoint = known ? (endpoints[(headers[":path"] ?? "").split("?")[0]] ?? missing) : unknown;
  Promise.resolve()
    .then(() => endpoint(stream, headers))
    .catch((error) => {
      if (!stream.destroyed) throw error;
    });
}

const server = key
  ? createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) })
  : createServer();
server.on("stream", serve);
server.on("sessionError", () => {});
server.listen(Number(port), "127.0.0.1");
