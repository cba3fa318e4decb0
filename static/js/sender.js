// Sends what a tablet has stored, one after another, each until the server has answered. What is sent has a UUID, so that
// the server takes it once, however often it arrives. For js/steps.js and js/officer-alert.js, which store and tell.
window.meteorSender = (() => {
  const LONGEST = 10000; // ms until a try is given up

  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // What the server says: { url }, { refused: why } or { signedOut: true }; null without an answer of it.
  async function attempt(address, fields) {
    const breaker = window.AbortController ? new AbortController() : null;
    const limit = setTimeout(() => breaker && breaker.abort(), LONGEST);
    const headers = { Accept: "application/json" };
    try {
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields), credentials: "same-origin", headers, signal: breaker ? breaker.signal : undefined });
      if (answer.status === 401) return { signedOut: true };
      const body = await answer.json();
      if (answer.ok) return body.url ? { url: body.url } : null; // what has no url is not ours
      return [408, 429].includes(answer.status) || answer.status >= 500 ? null : { refused: body.detail };
    } catch (error) {
      return null; // no network, or no answer that is ours
    } finally {
      clearTimeout(limit);
    }
  }

  // A function that sends to `address` all that `next` gives, as `fields` says. `waits`: seconds between the tries, the last
  // for ever. `answered` removes what was sent; `unsent` is told of what is tried again, and whether the user is signed out.
  function queue({ address, lock, waits, next, fields, answered, unsent }) {
    let [tries, timer, busy] = [0, 0, false];

    async function drain() {
      for (let one = next(); one; one = next()) {
        const answer = await attempt(address, fields(one));
        if (!answer || answer.signedOut) {
          timer = setTimeout(send, 1000 * waits[Math.min(tries, waits.length - 1)]);
          tries += 1;
          unsent(one, Boolean(answer));
          return;
        }
        tries = 0;
        answered(one, answer);
      }
    }

    async function send() {
      clearTimeout(timer);
      if (busy) return;
      busy = true;
      try {
        await (navigator.locks ? navigator.locks.request(lock, drain) : drain()); // one tab at a time
      } finally {
        busy = false;
      }
    }

    return send;
  }

  return { uuid, queue };
})();
