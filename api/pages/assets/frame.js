// What every page does: keeps ages and the clock, takes in what changed, says when the line is lost.
"use strict";

const nazar = {
  page: JSON.parse(document.getElementById("nazar-page").textContent),
  afterSwap: [],
  latestSwap: {},
};
// The browser's clock may be wrong; ages are counted on the server's.
nazar.aheadMs = Date.parse(nazar.page.now) - Date.now();

nazar.word = (key, values = {}) =>
  nazar.page.words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

nazar.now = () => Date.now() + nazar.aheadMs;

nazar.ageS = (stamp) => Math.max(0, (nazar.now() - Date.parse(stamp)) / 1000);

nazar.ageText = (seconds) => {
  if (seconds < 60) return nazar.word("age.seconds", { n: Math.floor(seconds) });
  if (seconds < 3600) return nazar.word("age.minutes", { n: Math.floor(seconds / 60) });
  if (seconds < 2 * 86400) return nazar.word("age.hours", { n: Math.floor(seconds / 3600) });
  return nazar.word("age.days", { n: Math.floor(seconds / 86400) });
};

nazar.tick = () => {
  for (const time of document.querySelectorAll("time[data-age]")) {
    const text = nazar.ageText(nazar.ageS(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
  for (const camera of document.querySelectorAll(".camera[data-late-after]")) {
    const time = camera.querySelector("time[data-age]");
    if (time && nazar.ageS(time.dateTime) > Number(camera.dataset.lateAfter)) camera.classList.add("is-dead");
  }
  const clock = document.getElementById("clock");
  if (clock) {
    const shown = new Intl.DateTimeFormat("ru", {
      timeZone: clock.dataset.zone,
      hour: "2-digit",
      minute: "2-digit",
    }).format(nazar.now());
    if (clock.textContent !== shown) clock.textContent = shown;
  }
  nazar.watchLine();
};

// Replaces elements by id. Pictures are loaded before they are shown, so nothing flickers.
nazar.swap = async (regions) => {
  await Promise.all(
    Object.entries(regions).map(async ([id, html]) => {
      const turn = (nazar.latestSwap[id] ?? 0) + 1;
      nazar.latestSwap[id] = turn;
      const template = document.createElement("template");
      template.innerHTML = html;
      const fresh = template.content.firstElementChild;
      const images = [...template.content.querySelectorAll('img:not([loading="lazy"])')];
      await Promise.race([
        Promise.allSettled(images.map((image) => image.decode())),
        new Promise((resolve) => setTimeout(resolve, 3000)),
      ]);
      const old = document.getElementById(id);
      // While its pictures loaded, something newer may have come.
      if (!old || nazar.latestSwap[id] !== turn) return;
      const focused = old.contains(document.activeElement) ? pathTo(old, document.activeElement) : null;
      const wasPlaceholder = old.classList.contains("is-loading");
      old.replaceWith(fresh);
      if (!wasPlaceholder && id !== "cameras") fresh.classList.add("just-changed");
      if (focused) elementAt(fresh, focused)?.focus({ preventScroll: true });
    }),
  );
  for (const settle of nazar.afterSwap) settle(Object.keys(regions));
  nazar.tick();
};

nazar.say = (id, text, isError) => {
  const place = document.getElementById(id);
  if (!place) return;
  place.textContent = text;
  place.classList.toggle("is-error", isError);
  place.hidden = !text;
};

nazar.logOut = async () => {
  await fetch("/api/v1/session", { method: "DELETE" }).catch(() => null);
  location.assign("/login");
};

// NiceGUI shows its own popup, in English, while the line is down; the reader gets ours.
nazar.watchLine = () => {
  const popup = document.getElementById("popup");
  const isLost = popup?.getAttribute("aria-hidden") === "false";
  let notice = document.getElementById("lost");
  if (isLost && !notice) {
    notice = Object.assign(document.createElement("p"), { id: "lost", textContent: nazar.word("frame.lost") });
    notice.setAttribute("role", "alert");
    document.body.append(notice);
  }
  if (!isLost && notice) notice.remove();
};

// The page's HTML is put in place by NiceGUI after its own scripts have started.
nazar.whenThere = (selector, act) => {
  const found = document.querySelector(selector);
  if (found) return act(found);
  const watcher = new MutationObserver(() => {
    const late = document.querySelector(selector);
    if (!late) return;
    watcher.disconnect();
    act(late);
  });
  watcher.observe(document.documentElement, { childList: true, subtree: true });
};

document.addEventListener("click", (event) => {
  if (event.target.closest("#log-out")) nazar.logOut();
});
document.addEventListener(
  "error",
  (event) => {
    if (!(event.target instanceof HTMLImageElement)) return;
    event.target.alt = nazar.word("project.picture_gone");
    const camera = event.target.closest(".camera");
    if (!camera) return;
    camera.classList.add("is-dead");
    emitEvent("picture-missed");
  },
  true,
);
nazar.whenThere("#announce", nazar.tick);
setInterval(nazar.tick, 1000);

function pathTo(root, element) {
  const steps = [];
  for (let node = element; node !== root; node = node.parentElement) {
    steps.unshift([...node.parentElement.children].indexOf(node));
  }
  return steps;
}

function elementAt(root, steps) {
  return steps.reduce((node, step) => node?.children[step], root);
}
