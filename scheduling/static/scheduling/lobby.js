// Ask every five seconds; an answer replaces what hangs on the wall, silence leaves it.
const ask = async () => {
  const screen = document.getElementById("screen");
  try {
    const answer = await fetch(`${location.pathname}?seen=${encodeURIComponent(screen.dataset.seen)}`, { cache: "no-store" });
    if (answer.status === 200) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("screen");
      if (fresh) screen.replaceWith(fresh);
    }
  } catch { /* The network is away: the last numbers stay. */ }
  setTimeout(ask, 5000);
};
setTimeout(ask, 5000);
