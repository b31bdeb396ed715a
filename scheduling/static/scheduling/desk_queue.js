// What was pressed at a desk and waits to be sent. It is kept in the browser until the server has answered, and every
// press has a key, so one that is sent twice (from two tabs, or after a cut) counts once.

const csrf = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");

export class DeskQueue {
  #store; #act; #isSending = false;

  constructor(session, act) { this.#store = `desk:${session}`; this.#act = act; }

  get waiting() { try { return JSON.parse(localStorage.getItem(this.#store)) ?? []; } catch { return []; } }
  #keep(list) { localStorage.setItem(this.#store, JSON.stringify(list)); }

  add(fields) {
    const one = { key: newKey(), at: Date.now(), fields };
    this.#keep([...this.waiting, one]);
    return one;
  }

  // Send in the order of the presses; return "sent", "busy" (somebody sends already), "out" (signed out) or "away".
  async send(onAnswer) {
    if (this.#isSending) return "busy";
    this.#isSending = true;
    try {
      while (this.waiting.length) {
        const one = this.waiting[0];
        const waited = String(Math.max(0, Math.round((Date.now() - one.at) / 1000)));
        // A request that is on its way arrives even when the page is left.
        const answer = await fetch(this.#act, {
          method: "POST", body: new URLSearchParams({ ...one.fields, key: one.key, waited }), keepalive: true,
          headers: { "X-Desk": "1", "X-CSRFToken": csrf() },
        });
        if (answer.redirected || answer.status === 403) return "out";
        if (answer.status >= 500 || answer.status === 429) return "away";
        this.#keep(this.waiting.filter((other) => other.key !== one.key));
        await onAnswer(answer);
      }
      return "sent";
    } catch { return "away"; } finally { this.#isSending = false; }
  }
}
