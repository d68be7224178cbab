/** The thin bar that tells how far the first synchronisation has come. */

import { getJson, RequestError } from "./api.js";

const POLL_MS = 1_000;

/** Ask once a second until all mail is stored; then hide the bar and, had there been a wait, call `onDone`. */
export async function followProgress(root, onDone) {
  const bar = root.querySelector("progress");
  const text = root.querySelector("span");
  for (let waited = false; ; waited = true) {
    const state = await readState();
    if (state) {
      root.hidden = state.done;
      bar.max = Math.max(1, state.total);
      bar.value = state.stored;
      text.textContent = `Syncing mail: ${state.stored} of ${state.total}`;
      if (state.done) return waited ? onDone() : null;
    }
    await new Promise((resume) => { window.setTimeout(resume, POLL_MS); });
  }
}

async function readState() {
  try {
    return await getJson("/demo/api/progress");
  } catch (error) {
    if (error instanceof RequestError) return null;
    throw error;
  }
}
