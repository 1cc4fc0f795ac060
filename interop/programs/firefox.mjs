// Firefox, driven by WebDriver BiDi without a driver: open the origin's page and print what it wrote.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

const [, , url, profile, modules] = process.argv;
const { WebSocket } = createRequire(path.join(modules, "x.js"))("undici");
const LIMIT_MS = 45_000;

const browser = spawn("firefox-esr", [
  "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0",
], { stdio: ["ignore", "ignore", "pipe"] });
const address = await new Promise((resolve, reject) => {
  let said = "";
  browser.stderr.on("data", (piece) => {
    said += piece;
    const found = said.match(/WebDriver BiDi listening on (ws:\S+)/);
    if (found) {
      resolve(found[1]);
    }
  });
  browser.on("exit", (code) => reject(new Error(`firefox ended with ${code}: ${said}`)));
  setTimeout(() => reject(new Error(`firefox is not listening: ${said}`)), LIMIT_MS).unref();
});

const socket = new WebSocket(`${address}/session`);
await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
const waiting = new Map();
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  waiting.get(message.id)?.(message);
};
let number = 0;
async function ask(method, params) {
  const id = ++number;
  const answer = new Promise((resolve) => waiting.set(id, resolve));
  socket.send(JSON.stringify({ id, method, params }));
  const message = await answer;
  if (message.type === "error") {
    throw new Error(`${method}: ${message.message}`);
  }
  return message.result;
}

await ask("session.new", { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
const { contexts } = await ask("browsingContext.getTree", {});
const { context } = contexts[0];
await ask("browsingContext.navigate", { context, url, wait: "complete" });
const expression = `new Promise((resolve) => {
  const look = () => document.title === "done"
    ? resolve(document.getElementById("claims").textContent) : setTimeout(look, 50);
  look();
})`;
const found = await ask("script.evaluate", { expression, target: { context }, awaitPromise: true });
console.log(found.result.value);
browser.removeAllListeners("exit");
browser.kill("SIGKILL");
process.exit(0);
