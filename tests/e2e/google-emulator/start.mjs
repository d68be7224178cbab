// Gmail and Google sign-in on loopback, written by others (@emulators/google), so that it does not share the mistakes
// of our own client and emulator. Here it is put together, with what the package lacks.
//
//   node start.mjs SEED.json     prints its URL, and lives until its standard input is closed
//
// The seed is the package's own format, plus `tokens` ({access token: address}, which never expire) and
// `send_as` ([{user_email, send_as_email, display_name}]).

import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { Hono, Store, WebhookDispatcher, authMiddleware, createApiErrorHandler, serve } from "@emulators/core";
import { getGoogleStore, googlePlugin, seedFromConfig } from "@emulators/google";
import { answerBatches } from "./batch.mjs";
import { injectFaults } from "./faults.mjs";
import { answerProfiles } from "./profile.mjs";

const HOST = "127.0.0.1";

const seed = JSON.parse(readFileSync(process.argv[2], "utf8"));
const port = await freePort();
const url = `http://${HOST}:${port}`;
const store = new Store();
const google = getGoogleStore(store);
const tokens = new Map();

// The package's own server also limits each token to 5,000 requests an hour: another reason to assemble it here.
const app = new Hono();
app.onError(createApiErrorHandler());
app.use("*", authMiddleware(tokens));
injectFaults(app, tokens, seed.tokens);
answerBatches(app, url);
answerProfiles(app, google);
googlePlugin.register(app, store, new WebhookDispatcher(), url, tokens);

seedFromConfig(store, url, seed);
seedTokens();
seedAliases();

serve({ fetch: app.fetch, port, hostname: HOST });
console.log(url);
process.stdin.resume().on("end", () => process.exit());

function seedTokens() {
  for (const [token, address] of Object.entries(seed.tokens)) {
    tokens.set(token, { login: address, id: google.users.findOneBy("email", address).id, scopes: [] });
  }
}

function seedAliases() {
  for (const alias of seed.send_as) {
    google.sendAs.insert({ is_default: alias.send_as_email === alias.user_email, signature: "", ...alias });
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, HOST, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
