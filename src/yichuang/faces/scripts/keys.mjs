// Keys of the desk: an addition, every act goes without them. A page marks what they act on: [data-keys-item] for j and k,
// [data-keys-next] for n; / goes to the field of words. Single letters can be switched off, as WCAG 2.1.4 asks.
const OFF = "yc-keys-off";

function isOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

function setOff(off) {
  try {
    localStorage.setItem(OFF, off ? "1" : "0");
  } catch {
    // a browser that keeps nothing: the keys stay on
  }
}

function step(by) {
  const items = [...document.querySelectorAll("[data-keys-item]")];
  const at = items.indexOf(document.activeElement);
  const next = items[at === -1 ? (by > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + by, 0), items.length - 1)];
  next?.focus();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement?.closest("tr")?.querySelector("[name=case]")?.click(),
  n: () => document.querySelector("[data-keys-next]")?.click(),
  "/": () => document.querySelector(".yc-find [type='search']")?.focus(),
};

function isTyping(target) {
  return target.closest?.("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]") !== null;
}

export function listenToKeys() {
  const help = document.querySelector("[data-keys-help]");
  if (help) {
    help.hidden = false;
    const on = help.querySelector("[data-keys-on]");
    on.checked = !isOff();
    on.addEventListener("change", () => setOff(!on.checked));
  }
  if (!document.body.classList.contains("yc-desk")) return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target) || isOff()) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
