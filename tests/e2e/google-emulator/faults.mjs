// What Gmail does on bad days, at a test's command:
//
//   POST /_ctl {"fail429": 20}          the next 20 calls, single or inside a batch, are rationed
//   POST /_ctl {"minHistory": "123"}    history before this id has expired
//   POST /_ctl {"expireTokens": true}   access tokens issued so far are refused; refresh tokens live on
//
// Answers with the faults still to come.

const RATIONED = googleError(429, "Too many concurrent requests for user.", "rateLimitExceeded", "RESOURCE_EXHAUSTED");
const EXPIRED = googleError(404, "Requested entity was not found.", "notFound", "NOT_FOUND");

// `tokens` are all that authentication accepts, `lasting` those among them that never expire.
export function injectFaults(app, tokens, lasting) {
  const faults = { fail429: 0, minHistory: "0" };

  app.post("/_ctl", async (context) => {
    const { expireTokens, ...changes } = await context.req.json();
    Object.assign(faults, changes);
    if (expireTokens) [...tokens.keys()].filter((token) => !(token in lasting)).forEach((token) => tokens.delete(token));
    return context.json(faults);
  });

  app.use("*", async (context, next) => {
    if (!context.req.path.startsWith("/gmail/")) return next();
    if (faults.fail429 > 0) {
      faults.fail429 -= 1;
      return context.json(RATIONED, 429);
    }
    const start = context.req.query("startHistoryId");
    if (start && BigInt(start) < BigInt(faults.minHistory)) return context.json(EXPIRED, 404);
    return next();
  });
}

function googleError(code, message, reason, status) {
  return { error: { code, message, errors: [{ message, domain: "global", reason }], status } };
}
