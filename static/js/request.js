// Sends a form to METEOR, and names what is sent by a UUID, so that METEOR takes it once however often it arrives.
window.meteorRequest = (() => {
  const LONGEST = 10000; // ms until a request is given up

  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  async function send(address, fields, breaker) {
    const form = new URLSearchParams(); // Chrome 60 does not make it of an object
    for (const name of Object.keys(fields)) form.append(name, fields[name]);
    const answer = await fetch(address, {
      method: "POST",
      body: form,
      credentials: "same-origin",
      headers: { Accept: "application/json" },
      signal: breaker ? breaker.signal : undefined,
    });
    if (answer.status === 401) return { signedOut: true };
    return { ok: answer.ok, status: answer.status, body: (await answer.json()) || {} };
  }

  const tooLong = () => new Promise((resolve, reject) => setTimeout(reject, LONGEST));

  // What METEOR answers: { ok, status, body } or { signedOut: true }; null without an answer of it. Given up after LONGEST
  // also by phones that cannot abort it: what comes of it later is taken once all the same.
  async function post(address, fields) {
    const breaker = window.AbortController ? new AbortController() : null;
    try {
      return await Promise.race([send(address, fields, breaker), tooLong()]);
    } catch (error) {
      return null; // no network, or no answer that is ours
    } finally {
      if (breaker) breaker.abort(); // nothing once it was answered
    }
  }

  return { uuid, post };
})();
