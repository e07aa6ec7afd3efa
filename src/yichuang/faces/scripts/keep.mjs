// What an officer has typed and not sent outlives an automatic log-out: it stays in this tab of the browser, for this
// account alone, and comes back in the same form after logging in again. Files, passwords and hidden fields are never kept.
const PREFIX = "yc-kept:";
const SKIP = new Set(["password", "file", "hidden", "submit", "button"]);

function owner() {
  return document.querySelector("[data-keep]")?.dataset.keep ?? "";
}

function formsHere() {
  return [...document.querySelectorAll("#main-content form[method='post'], .yc-layout__main form[method='post']")].filter(
    (form, index, all) => all.indexOf(form) === index && form.getAttribute("action"),
  );
}

function read(form) {
  const values = {};
  for (const control of form.elements) {
    if (!control.name || SKIP.has(control.type) || control.closest("[data-keep-not]")) continue;
    if (control.type === "checkbox" || control.type === "radio") {
      if (control.checked !== control.defaultChecked || control.checked) (values[control.name] ??= []).push([control.value, control.checked]);
    } else if (control.value !== control.defaultValue) values[control.name] = control.value;
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
  return written;
}

const key = (form) => `${PREFIX}${owner()}:${form.getAttribute("action")}`;
const kept = () => Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));

function change(names, how) {
  for (const name of names) {
    const entry = JSON.parse(sessionStorage.getItem(name));
    sessionStorage.setItem(name, JSON.stringify(how(entry)));
  }
}

function say(form) {
  const line = document.createElement("p");
  line.className = "govuk-inset-text";
  line.setAttribute("role", "status");
  line.textContent = "您退出以前填写的内容还在，请核对后重新提交。";
  form.prepend(line);
  for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
}

export function keepForms() {
  // At the log-in page nothing that was sent has arrived: all of it is kept for the page after
  if (location.pathname.startsWith("/accounts/")) return change(kept(), (entry) => ({ ...entry, sent: false, back: true }));
  if (!owner()) return undefined;
  for (const name of kept()) {
    const entry = JSON.parse(sessionStorage.getItem(name));
    if (entry.sent || !name.startsWith(`${PREFIX}${owner()}:`)) sessionStorage.removeItem(name); // arrived, or another's
  }
  for (const form of formsHere()) {
    const entry = JSON.parse(sessionStorage.getItem(key(form)) ?? "null");
    if (entry?.back && write(form, entry.values)) say(form);
    if (entry?.back) sessionStorage.removeItem(key(form));
  }
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action")?.endsWith("/accounts/logout/")) return kept().forEach((name) => sessionStorage.removeItem(name));
    if (!formsHere().includes(event.target)) return undefined;
    const values = read(event.target);
    if (Object.keys(values).length) sessionStorage.setItem(key(event.target), JSON.stringify({ values, sent: true }));
    return undefined;
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !formsHere().includes(form)) return;
    const values = read(form);
    if (Object.keys(values).length) sessionStorage.setItem(key(form), JSON.stringify({ values }));
  });
  return undefined;
}
