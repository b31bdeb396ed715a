// The desk: every press is kept in the browser until the server has answered, so a network cut loses nothing; every
// press has a key, so one that is sent twice counts once. What others do shows by itself, but never under a finger.
// Without this file the same forms and links work, one page at a time.

import { DeskQueue } from "./desk_queue.js";

const root = document.querySelector("[data-desk-root]");
const live = document.getElementById("desk-live");
const words = root.dataset;
const queue = new DeskQueue(words.session, words.act);

let isAway = false, isOut = false, seenAt = Date.now(), usedAt = 0, held = null;

const send = async () => {
  const end = await queue.send(async (answer) => {
    isAway = isOut = false;
    seenAt = Date.now();
    if (answer.ok) put(await answer.text()); else say(words.refused, true);
  });
  if (end === "out") isOut = true;
  if (end === "away") isAway = true;
  paint();
  return end;
};

// -- what the page shows --------------------------------------------------------------------------
const put = (html) => {
  const scrolled = [...live.querySelectorAll(".desk-cols > *")].map((one) => one.scrollTop);
  const open = new Set([...live.querySelectorAll("details[open][data-keep]")].map((one) => one.dataset.keep));
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const said = fresh.content.querySelector("[data-said]");
  if (said) { document.getElementById("toasts").append(...said.content.children); said.remove(); document.dispatchEvent(new Event("htmx:afterSwap")); }
  live.replaceChildren(fresh.content);
  held = null;
  for (const one of live.querySelectorAll("details[data-keep]")) one.open = open.has(one.dataset.keep);
  [...live.querySelectorAll(".desk-cols > *")].forEach((one, index) => { one.scrollTop = scrolled[index] ?? 0; });
  queue.waiting.forEach(foresee);
  tab(live.dataset.tab);
  find();
  paint();
};

const say = (text, isIll = false) => {
  const toast = document.createElement("div");
  toast.className = isIll ? "toast ill" : "toast";
  toast.dataset.toast = isIll ? "error" : "info";
  toast.textContent = text;
  document.getElementById("toasts").append(toast);
  document.dispatchEvent(new Event("htmx:afterSwap"));
};

const rowOf = (pk) => live.querySelector(`.person[data-pk="${CSS.escape(String(pk))}"]`);
const copyOf = (id, row) => {
  const made = document.getElementById(id).content.firstElementChild.cloneNode(true);
  made.dataset.pk = row.dataset.pk; made.dataset.name = row.dataset.name; made.dataset.find = row.dataset.find ?? "";
  made.dataset.number = row.dataset.number ?? "··";
  for (const slot of made.querySelectorAll("[data-slot]")) slot.textContent = made.dataset[slot.dataset.slot];
  const field = made.querySelector("[name=invitation]");
  if (field) field.value = row.dataset.pk;
  return made;
};

// Show at once what a press will come to; the server's answer replaces it.
const foresee = (one) => {
  const { what, invitation, name } = one.fields;
  const row = invitation ? rowOf(invitation) : null;
  if (what === "walk_in") {
    const made = copyOf("row-waiting", { dataset: { pk: "", name } });
    live.querySelector("[data-list=here]").append(made);
  } else if (row && what === "arrive") {
    live.querySelector("[data-list=here]").append(copyOf("row-waiting", row)); row.remove();
  } else if (row && (what === "next" || what === "start")) {
    live.querySelector("[data-list=talking]").prepend(copyOf("row-talking", row)); row.remove();
  } else if (row && ["finish", "leave", "turn_away", "decline"].includes(what)) {
    row.remove();
  } else if (row) {
    row.classList.add("pending");
  }
  offerNext();
};

const offerNext = () => {
  const form = live.querySelector("form[data-next]");
  const button = form.querySelector("button");
  const next = live.querySelector("[data-list=here] .person[data-pk]:not([data-hold]):not([data-pk=''])");
  if (next && form.invitation.value === next.dataset.pk) return;
  form.invitation.value = next?.dataset.pk ?? "";
  button.disabled = !next;
  button.textContent = next ? `${next.dataset.number ?? ""} ${next.dataset.name}` : "–";
};

const clock = (at) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: words.zone }).format(at);
const paint = () => {
  const net = live.querySelector("[data-net]");
  const count = queue.waiting.length;
  const isStale = Date.now() - seenAt > 10000;
  net.classList.toggle("ill", isAway || isOut || isStale);
  if (isOut) { const link = document.createElement("a"); link.href = location.pathname; link.textContent = words.signIn; net.replaceChildren(link); }
  else if (isAway && count) net.textContent = count === 1 ? words.waitingOne : words.waitingMany.replace("#", count);
  else if (isAway) net.textContent = `${words.offline}, ${words.stale} ${clock(seenAt)}`;
  else if (isStale) net.textContent = `${words.stale} ${clock(seenAt)}`;
  else net.textContent = `${words.synced} ${clock(seenAt)}`;
  document.querySelector("[data-clock]").textContent = clock(Date.now()).slice(0, 5);
  for (const one of live.querySelectorAll("[data-since]")) {
    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(one.dataset.since)) / 60000));
    if (minutes < 60) one.textContent = words.min.replace("#", minutes);
    const state = one.closest("[data-waits]");
    if (state) {
      const promised = Number(state.dataset.waits);
      state.className = `state ${minutes >= 2 * promised ? "bad" : minutes >= promised ? "warn" : "good"}`;
    }
  }
};

// -- presses --------------------------------------------------------------------------------------
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-desk]");
  if (!form) return;
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form));
  delete fields.csrfmiddlewaretoken;
  if (event.submitter?.name) fields[event.submitter.name] = event.submitter.value;
  const one = queue.add(fields);
  form.closest("dialog")?.close();
  if (form.closest("dialog#walk-in")) form.reset();
  for (const open of form.closest(".person")?.querySelectorAll("details[open]") ?? []) open.open = false;
  usedAt = Date.now();
  // Who was searched for is found: the next look sees everybody again.
  if (field.value !== "") { field.value = ""; }
  foresee(one);
  find();
  paint();
  send();
});

// -- what others do -------------------------------------------------------------------------------
for (const name of ["pointerdown", "pointermove", "keydown"]) document.addEventListener(name, () => { usedAt = Date.now(); }, { passive: true });
const isQuiet = () => Date.now() - usedAt > 2500 && !document.querySelector("dialog[open]")
  && !live.querySelector("details[open] :focus, input:focus, select:focus");
const look = async () => {
  if (queue.waiting.length) { await send(); return; }
  if (document.hidden) return;
  if (held !== null && isQuiet()) { put(held); return; }
  try {
    const query = live.querySelector("[data-poll-query]").dataset.pollQuery;
    const answer = await fetch(`${location.pathname}?${query}`, { headers: { "X-Desk": "1" }, cache: "no-store" });
    if (answer.redirected || answer.status === 403) { isOut = true; return; }
    if (answer.status >= 500) { isAway = true; return; }
    isAway = isOut = false;
    seenAt = Date.now();
    if (answer.status !== 200) return;
    const html = await answer.text();
    if (queue.waiting.length) return;
    if (isQuiet()) put(html); else { held = html; live.querySelector("[data-show]").hidden = false; }
  } catch { isAway = true; } finally { paint(); }
};
const again = async () => {
  await look();
  setTimeout(again, held !== null || queue.waiting.length || Date.now() - usedAt < 60000 ? 3000 : 5000);
};
// On a phone one list at a time.
const tab = (name) => {
  live.dataset.tab = name;
  for (const one of live.querySelectorAll("[data-tab]")) { if (one.dataset.tab === name) one.setAttribute("aria-current", "true"); else one.removeAttribute("aria-current"); }
};
document.addEventListener("click", (event) => {
  const tabbed = event.target.closest("a[data-tab]");
  if (tabbed) { event.preventDefault(); tab(tabbed.dataset.tab); }
  if (event.target.closest("[data-show]") && held !== null) put(held);
  const menu = document.querySelector(".menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});
addEventListener("online", () => { send(); });

// Whoever leaves the desk for another page finds there what was pressed here; without a network nothing holds them.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.defaultPrevented;
  if (!link || !isPlain || link.target === "_blank" || !queue.waiting.length || isAway || isOut) return;
  event.preventDefault();
  const patience = Date.now() + 3000;
  while (queue.waiting.length && !isAway && !isOut && Date.now() < patience) {
    if (await send() === "busy") await new Promise((done) => { setTimeout(done, 50); });
  }
  location.assign(link.href);
});

// -- finding somebody: on the page itself, so that it works without a network ---------------------
const field = document.getElementById("find");
const codeOf = (text) => { const at = text.indexOf("/i/"); return at >= 0 && text.length >= at + 19 ? text.slice(at + 3, at + 11).toLowerCase() : ""; };
const fits = (row, text, code) => {
  const known = (row.dataset.find ?? "").split(" ");
  if (code) return known.includes(code);
  if (/^\d+$/.test(text)) return known.some((one) => /^\d+$/.test(one) && one.endsWith(text));
  return text.split(/\s+/).every((part) => (row.dataset.find ?? "").includes(part));
};
const find = () => {
  const text = field.value.trim().toLowerCase(), code = codeOf(field.value.trim());
  const rows = [...live.querySelectorAll("[data-find]")];
  const found = rows.filter((row) => text === "" || fits(row, text, code));
  for (const row of rows) row.hidden = !found.includes(row);
  if (text !== "") for (const row of found) { const fold = row.parentElement.closest("details"); if (fold) fold.open = true; }
  live.querySelector("[data-nobody]").hidden = text === "" || found.length > 0;
  return found;
};
field.addEventListener("input", find);
document.querySelector("[data-find-form]").addEventListener("submit", (event) => {
  event.preventDefault();
  const isCode = codeOf(field.value.trim()) !== "";
  const button = find().length === 1 ? find()[0].querySelector(":scope > form button") : null;
  // A reader of codes types the link and Enter: who holds it stands at the desk. A typed name only gets the focus.
  if (isCode && button?.value === "arrive") { field.value = ""; button.click(); } else button?.focus();
});

// -- the camera, where the browser reads codes by itself -------------------------------------------
const scan = document.querySelector("[data-scan]");
if ("BarcodeDetector" in window && navigator.mediaDevices) {
  scan.hidden = false;
  scan.addEventListener("click", async () => {
    const { readCode } = await import("./desk_scan.js");
    const text = await readCode(document.getElementById("scan"), (one) => codeOf(one) !== "");
    if (text) { field.value = text; document.querySelector("[data-find-form]").requestSubmit(); }
  });
}

queue.waiting.forEach(foresee);
tab("expected");
for (const said of live.querySelectorAll("[data-said]")) said.remove();
find();
paint();
setInterval(paint, 5000);
setTimeout(again, 3000);
if (queue.waiting.length) send();
