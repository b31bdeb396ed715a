// Marks of a group on an observer's phone: kept on the device at once, sent when there is a network, submitted once.
// A save carries the whole card and a stamp that only grows: sent twice or late it changes nothing.

const room = document.getElementById("room");
const cards = [...document.querySelectorAll("[data-card]")];
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const net = document.querySelector("[data-net]");

const read = () => { try { return JSON.parse(localStorage.getItem(room.dataset.store)) ?? {}; } catch { return {}; } };
const write = (kept) => { try { localStorage.setItem(room.dataset.store, JSON.stringify(kept)); } catch { /* full or forbidden: the network is all there is */ } };

const cardOf = (form) => {
  const marks = {}, notes = { quick: [] };
  for (const field of form.elements) {
    if (field.type === "radio" && field.checked) marks[field.name] = Number(field.value);
    if (field.name === "quick" && field.checked) notes.quick.push(field.value);
    if (field.dataset.note && field.value.trim()) notes[field.dataset.note] = field.value.trim();
  }
  return { invitation: Number(form.dataset.invitation), marks, notes };
};

const fill = (form, card) => {
  for (const field of form.elements) {
    if (field.type === "radio") field.checked = String(card.marks[field.name] ?? "") === field.value;
    if (field.name === "quick") field.checked = card.notes.quick.includes(field.value);
    if (field.dataset.note) field.value = card.notes[field.dataset.note] ?? "";
  }
};

const show = (seat) => {
  for (const form of cards) form.hidden = form.dataset.card !== seat;
  for (const part of document.querySelectorAll("[data-moves]")) part.hidden = part.dataset.moves !== seat;
  for (const link of document.querySelectorAll(".seats [data-seat]")) {
    if (link.dataset.seat === seat) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  }
  history.replaceState(null, "", `?seat=${seat}`);
};

const count = () => {
  let whole = 0;
  for (const form of cards) {
    const points = form.querySelectorAll(".five").length;
    const given = form.querySelectorAll(".five :checked").length;
    const mark = given === points ? "confirmed" : given ? "opened" : "invited";
    document.querySelector(`.seats [data-seat="${form.dataset.card}"] use`)?.setAttribute("href", `#s-${mark}`);
    whole += given === points ? 1 : 0;
  }
  const marked = document.querySelector("[data-marked]");
  if (marked) marked.textContent = whole;
};

let sending = false;
const say = (words) => { if (net) { net.textContent = words; net.hidden = words === ""; } };

const post = (url, body) => fetch(url, {
  method: "POST", credentials: "same-origin", body: JSON.stringify(body),
  headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
});

// Send what waits, one after another; stop at the first sign that there is no network and try again later.
const send = async () => {
  if (sending) return false;
  sending = true;
  try {
    for (;;) {
      const kept = read();
      const next = Object.entries(kept.cards ?? {}).find(([, card]) => !card.sent);
      if (!next) break;
      const [key, card] = next;
      const answer = await post(room.dataset.keep, card);
      if (answer.status >= 500 || answer.status === 403) throw new Error(`${answer.status}`);
      const now = read();
      // Something newer may have been typed meanwhile.
      if (now.cards?.[key]?.stamp === card.stamp) { now.cards[key].sent = true; write(now); }
      if (!answer.ok) { const said = await answer.json().catch(() => ({})); say(said.message ?? ""); return false; }
    }
    say("");
    if (read().submit) await submit();
    return true;
  } catch {
    say(read().submit ? room.dataset.waiting : room.dataset.offline);
    return false;
  } finally { sending = false; }
};

const submit = async () => {
  const answer = await post(room.dataset.submit, {});
  if (!answer.ok) throw new Error(`${answer.status}`);
  localStorage.removeItem(room.dataset.store);
  location.href = location.pathname;
};

const changed = (form) => {
  const kept = read();
  const before = kept.cards?.[form.dataset.invitation]?.stamp ?? Number(form.dataset.stamp);
  const card = { ...cardOf(form), stamp: Math.max(Date.now(), before + 1), sent: false };
  write({ ...kept, cards: { ...kept.cards, [form.dataset.invitation]: card } });
  count();
  send();
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-seat]");
  if (link) { event.preventDefault(); show(link.dataset.seat); }
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-card]");
  if (form) changed(form);
});
document.addEventListener("submit", (event) => {
  if (event.target.dataset.submitForm === undefined) return;
  event.preventDefault();
  write({ ...read(), submit: true });
  send().then((done) => { if (!done && read().submit) setTimeout(send, 500); });
});

// What this device knows and the server does not is put back into the page, and sent.
for (const form of cards) {
  const card = read().cards?.[form.dataset.invitation];
  if (card && card.stamp > Number(form.dataset.stamp)) { fill(form, card); }
}
if (room && cards.length) { count(); send(); setInterval(send, 3000); window.addEventListener("online", send); }

setInterval(() => {
  const clock = document.querySelector("[data-ends]");
  if (!clock) return;
  const left = Math.round(Number(clock.dataset.ends) - Date.now() / 1000);
  const whole = Math.abs(left);
  clock.textContent = `${left < 0 ? "−" : ""}${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}, 1000);
