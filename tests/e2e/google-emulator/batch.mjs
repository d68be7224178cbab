// Batches: https://developers.google.com/workspace/gmail/api/guides/batch
// Each part is a request, which goes through the whole application on its own, faults included.

const LIMIT = 100;
const BOUNDARY = "batch_of_responses";

export function answerBatches(app, url) {
  app.post("/batch/gmail/v1", async (context) => {
    const boundary = /boundary="?([^";]+)"?/.exec(context.req.header("Content-Type"))[1];
    const parts = (await context.req.text()).split(`--${boundary}`).slice(1, -1);
    if (parts.length > LIMIT) return context.text("Inner request count exceeds the limit", 400);
    let answer = "";
    for (const part of parts) {
      const { id, request } = parsePart(part, url, context.req.header("Authorization"));
      answer += await renderPart(id, await app.fetch(request));
    }
    return context.body(`${answer}--${BOUNDARY}--\r\n`, 200, {
      "Content-Type": `multipart/mixed; boundary=${BOUNDARY}`,
    });
  });
}

function parsePart(part, url, authorization) {
  const [partHeaders, head, ...body] = part.trim().split(/\r?\n\r?\n/);
  const [line, ...headerLines] = head.split(/\r?\n/);
  const [method, path] = line.split(" ");
  const headers = new Headers(authorization ? { Authorization: authorization } : {});
  for (const header of headerLines) {
    const [name, ...value] = header.split(":");
    headers.set(name.trim(), value.join(":").trim());
  }
  return {
    id: /content-id:\s*<([^>]+)>/i.exec(partHeaders)?.[1] ?? "",
    request: new Request(url + path, { method, headers, body: method === "GET" ? undefined : body.join("\r\n\r\n") }),
  };
}

async function renderPart(id, response) {
  return [
    `--${BOUNDARY}`,
    "Content-Type: application/http",
    `Content-ID: <response-${id}>`,
    "",
    `HTTP/1.1 ${response.status} ${response.ok ? "OK" : "Refused"}`,
    "Content-Type: application/json; charset=UTF-8",
    "",
    await response.text(),
    "",
  ].join("\r\n");
}
