// Sends what a tablet has stored, one after another, each until the server has answered. What is sent has a UUID, so that
// the server takes it once, however often it arrives. For js/steps.js and js/officer-alert.js, which store and tell.
window.meteorSender = (() => {
  // What the server says: { url }, { refused: why } or { signedOut: true }; null without an answer of it.
  async function attempt(address, fields) {
    const answer = await meteorRequest.post(address, fields);
    if (!answer || answer.signedOut) return answer;
    const { ok, status, body } = answer;
    if (ok) return body.url ? { url: body.url } : null; // what has no url is not ours
    return [408, 429].includes(status) || status >= 500 ? null : { refused: body.detail };
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

  return { queue };
})();
