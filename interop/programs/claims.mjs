// What the JavaScript client programs share: print one JSON object a scenario.
import crypto from "node:crypto";
import fs from "node:fs";

export const [BASE, AUTHORITY, BODY_FILE] = process.argv.slice(2);
export const BODY = fs.readFileSync(BODY_FILE);

export const say = (scenario, claims) => console.log(JSON.stringify({ scenario, ...claims }));

export const unsupported = (scenario, reason) => say(scenario, { unsupported: reason });

export const content = (status, body) => ({
  status,
  length: body.length,
  sha256: crypto.createHash("sha256").update(body).digest("hex"),
});

// Run a scenario and print what it claims, or the error that it ended with.
export async function attempt(scenario, scene) {
  try {
    say(scenario, await scene());
  } catch (error) {
    say(scenario, { error: String(error?.cause ?? error) });
  }
}
