// What somebody has typed into a form and not sent outlives a session that ended, a lost network and a wrong button: it
// stays in this tab of the browser and comes back in the same form. It is sealed with a key that only the pages of the same
// account bring along, so that nobody else at this computer reads it, and goes after half a day, at logging out, when it
// has been sent, and when another account logs in. Forms that save themselves (save.mjs) are left out; files, passwords and
// hidden fields are never kept. Where the browser has no sealing (pages without https), nothing is kept.
import { tell } from "./tell.mjs";

const PREFIX = "yc-kept:";
const LONGEST = 12 * 3600 * 1000; // milliseconds
const SKIP = new Set(["password", "file", "hidden", "submit", "button"]);
const AWAY = "现在连不上网，您填写的内容还在这一页。请在网络恢复后再按一次。";
const BACK = "您上次填写、没有提交的内容还在，请核对后提交。";

const [owner, secret] = (document.querySelector("meta[name=yc-keep]")?.content ?? "").split(":");
let key;
let last = Promise.resolve();
const sent = new Set();

const queue = (work) => (last = last.then(work, work));
const names = () => Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
const entry = (name) => JSON.parse(sessionStorage.getItem(name) ?? "null");
const put = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));
const wipe = (kept = names()) => kept.forEach((name) => sessionStorage.removeItem(name));
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const letters = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));

const isLogout = (form) => form.getAttribute("action")?.endsWith("/accounts/logout/");
const nameOf = (form) => `${PREFIX}${new URL(form.getAttribute("action") || location.href, location.href).pathname}#${form.id}`;

function isKept(form) {
  const place = form?.closest("#main-content, .yc-layout__main");
  return Boolean(place) && form.method === "post" && !form.dataset.save && !isLogout(form);
}

async function seal(values) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(values)));
  return { iv: letters(iv), data: letters(data) };
}

async function unseal({ iv, data }) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(iv) }, key, bytes(data));
  return JSON.parse(new TextDecoder().decode(plain));
}

// What is typed: controls that no longer say what the page came with, and those that were kept before.
function read(form, before) {
  const values = {};
  for (const control of form.elements) {
    if (!control.name || SKIP.has(control.type) || control.closest("[data-keep-not]")) continue;
    if (control.type === "checkbox" || control.type === "radio") {
      if (control.checked !== control.defaultChecked || control.checked) (values[control.name] ??= []).push([control.value, control.checked]);
    } else if (control.value !== control.defaultValue || control.name in before) values[control.name] = control.value;
  }
  return values;
}

function write(form, values) {
  let written = false;
  for (const control of form.elements) {
    const value = values[control.name];
    if (value === undefined || SKIP.has(control.type)) continue;
    if (Array.isArray(value)) {
      const found = value.find(([name]) => name === control.value);
      if (found && control.checked !== found[1]) { control.checked = found[1]; written = true; }
    } else if (control.value !== value) { control.value = value; written = true; }
  }
  if (written) form.dispatchEvent(new Event("change", { bubbles: true }));
  return written;
}

function say(form) {
  const line = document.createElement("p");
  line.className = "govuk-inset-text";
  line.setAttribute("role", "status");
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "yc-linkbutton", textContent: "不要了，清空" });
  button.addEventListener("click", () => { wipe([nameOf(form)]); form.reset(); line.remove(); });
  line.append(BACK, button);
  form.prepend(line);
  for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
}

async function store(form) {
  const before = entry(nameOf(form));
  const values = read(form, before ? await unseal(before).catch(() => ({})) : {});
  if (Object.keys(values).length) put(nameOf(form), { owner, at: Date.now(), sent: sent.has(form), ...(await seal(values)) });
}

// At the log-in page, on a page of errors and beside a refusal nothing that was sent has been done.
function sortOut() {
  const away = location.pathname.startsWith("/accounts/");
  const notDone = away || document.querySelector(".govuk-error-summary, .yc-flash--error, [data-not-done]");
  const again = performance.getEntriesByType("navigation")[0]?.type === "back_forward"; // the answer never came
  for (const name of names()) {
    const kept = entry(name);
    if (Date.now() - kept.at > LONGEST || (owner && kept.owner !== owner)) wipe([name]);
    else if (kept.sent && (notDone || again)) put(name, { ...kept, sent: false });
    else if (kept.sent && owner) wipe([name]);
  }
  return !away && Boolean(owner);
}

export async function keepForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (isLogout(form)) return wipe();
    if (event.defaultPrevented || !isKept(form)) return undefined;
    if (!navigator.onLine) {
      event.preventDefault();
      return tell(AWAY);
    }
    const kept = entry(nameOf(form));
    sent.add(form);
    if (kept) put(nameOf(form), { ...kept, sent: true });
    return undefined;
  });
  if (!sortOut() || !crypto.subtle) return;
  key = await crypto.subtle.importKey("raw", bytes(secret), "AES-GCM", false, ["encrypt", "decrypt"]);
  document.addEventListener("input", (event) => {
    const { form } = event.target;
    if (!isKept(form)) return;
    sent.delete(form);
    queue(() => store(form));
  });
  for (const form of document.forms) {
    const kept = isKept(form) && entry(nameOf(form));
    if (kept) unseal(kept).then((values) => write(form, values) && say(form), () => wipe([nameOf(form)]));
  }
}
