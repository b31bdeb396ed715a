// Triage: the next people wait in the page; a decision shows the next one at once and is saved behind it.
// A save that fails comes back with its person. Without this script the same forms work one page at a time.

const deck = document.getElementById("deck");
const waiting = [...deck.querySelectorAll("template[data-next]")].map((one) => one.content.firstElementChild);
const empty = deck.querySelector("template[data-empty]")?.content.firstElementChild;
const pending = new Set();
let saving = Promise.resolve();
let undoOf = document.querySelector("[data-triage-undo]")?.dataset.triageUndo ?? "";

const current = () => deck.querySelector("[data-card]");
const idOf = (card) => card?.dataset.card ?? "0";
const show = (card) => {
  const next = card ?? empty?.cloneNode(true);
  if (!next) { location.reload(); return; }
  const had = current();
  had ? had.replaceWith(next) : deck.append(next);
  window.scrollTo(0, 0);
  next.focus({ preventScroll: true });
  document.getElementById("deck-says").textContent = next.dataset.name ?? "";
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
};
const tell = (card, words) => {
  const line = card.querySelector("[data-error]");
  if (line) { line.textContent = words; line.hidden = false; }
};

// Read an answer: cards that the page does not have, counts, what Undo takes back.
const take = (html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const id of ["triage-counts", "triage-undo"]) {
    const fresh = page.getElementById(id);
    if (fresh) document.getElementById(id).replaceWith(document.adoptNode(fresh));
  }
  return [...page.querySelectorAll("template[data-next]")].map((one) => document.adoptNode(one.content.firstElementChild));
};
const send = async (address, data) => {
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body: data, headers: { "X-Triage": "1" }, keepalive: true });
  } catch { throw new Error(deck.dataset.lost); }
  if (answer.redirected || !answer.ok) throw new Error(answer.headers.get("Content-Type")?.startsWith("text/plain") ? await answer.text() : deck.dataset.lost);
  return answer.text();
};

const decide = (form, button) => {
  const card = form.closest("[data-card]"), data = new FormData(form);
  if (button?.name) data.set(button.name, button.value);
  card.querySelector("[data-error]").hidden = true;
  undoOf = idOf(card);
  pending.add(undoOf);
  // Undo is there before the save is: who sees the mistake presses it at once.
  document.querySelector("[data-triage-undo]").hidden = false;
  show(waiting.shift());
  saving = saving.then(async () => {
    const ahead = [idOf(current()), ...waiting.map(idOf)].filter((id) => id !== "0");
    data.set("have", [...ahead, ...pending].join(","));
    data.set("ahead", ahead.length);
    try {
      const fresh = take(await send(form.action, data));
      const known = new Set([idOf(current()), ...waiting.map(idOf), ...pending]);
      waiting.push(...fresh.filter((one) => !known.has(idOf(one))));
      if (idOf(current()) === "0" && waiting.length) show(waiting.shift());
    } catch (error) {
      if (idOf(current()) !== "0") waiting.unshift(current());
      show(card);
      tell(card, error.message);
      undoOf = document.querySelector("[data-triage-undo]")?.dataset.triageUndo ?? "";
    }
    pending.delete(idOf(card));
  });
};

const undo = (form) => {
  saving = saving.then(async () => {
    if (!undoOf) return;
    const data = new FormData(form ?? document.querySelector("[data-triage]"));
    try {
      const [back] = take(await send(deck.dataset.undo.replace("/0/", `/${undoOf}/`), data));
      if (idOf(current()) !== "0") waiting.unshift(current());
      show(back);
    } catch (error) { tell(current(), error.message); }
    undoOf = document.querySelector("[data-triage-undo]")?.dataset.triageUndo ?? "";
  });
};

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-triage]")) { event.preventDefault(); decide(event.target, event.submitter); }
  if (event.target.matches("[data-triage-undo]")) { event.preventDefault(); undo(event.target); }
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-triage-next]") || !waiting.length) return;
  event.preventDefault();
  waiting.push(current());
  show(waiting.shift());
});

// A swipe is an extra: right is yes, left is later; "no" always wants a press.
let start = null;
deck.addEventListener("touchstart", (event) => { start = event.touches.length === 1 ? event.touches[0] : null; }, { passive: true });
deck.addEventListener("touchend", (event) => {
  if (!start || event.target.closest("textarea, .scroll, details[open]")) return;
  const end = event.changedTouches[0], across = end.clientX - start.clientX, down = Math.abs(end.clientY - start.clientY);
  start = null;
  if (Math.abs(across) < 120 || down > 40) return;
  current()?.querySelector(`[name="decision"][value="${across > 0 ? "yes" : "later"}"]`)?.click();
}, { passive: true });
