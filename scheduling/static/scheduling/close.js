// Closing the day: what this device still holds of its desk is sent first, and the page is read anew.

import { DeskQueue } from "./desk_queue.js";

const { session, act } = document.querySelector("[data-close-root]").dataset;
const queue = new DeskQueue(session, act);
const hold = document.querySelector("[data-unsent]");
const tell = async () => {
  if (!queue.waiting.length) return;
  hold.hidden = false;
  if (await queue.send(() => {}) === "sent") location.reload(); else setTimeout(tell, 3000);
};
tell();
