// Saves a form while it is written. `data-save` says where to; one line, `data-saved`, says what is kept and what is not.
// Without a network it says so and goes on by itself. Sends of one form wait for each other, and its buttons for the last:
// what the server answers says what the page has shown (`marks`), from which it tells an older copy from a change.
const PAUSE = { input: 2000, change: 400 };
const AGAIN = [2000, 5000, 15000];
const PATIENCE = 20000;
const ROWS = ["add", "remove", "up", "down"].map((act) => `button[name^="${act}:"]`).join();
const AWAY = "连不上网，刚才填写的还没有保存。请不要关闭本页，网络恢复后会自动保存。";
const BROKEN = "系统没有应答，刚才填写的还没有保存。请不要关闭本页，稍后会自动再试。";
const OTHERS = "没有保存：现在登录的账号打不开这份草稿。请不要关闭本页：换过账号的，换回原来的账号登录后再回到这里；岗位刚有变动的，请先复制填写的内容。";
const ENDED = "登录已过期，刚才填写的还没有保存。请不要关闭本页，在新窗口里";

// Texts alone: files are sent with the form itself.
function body(form, button) {
  const fields = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  if (button) fields.append(button.name, button.value);
  return fields;
}

// What was typed, as one text: without the marks, which the answer changes.
function texts(form) {
  const fields = body(form);
  fields.delete("marks");
  return fields.toString();
}

function post(address, fields, more = {}) {
  return fetch(address, { method: "POST", body: fields, signal: AbortSignal.timeout?.(PATIENCE), ...more });
}

const refusal = (answer) => ([403, 404].includes(answer.status) ? OTHERS : BROKEN);

function saver(form, enhance) {
  const line = form.querySelector("[data-saved]");
  const marks = form.elements.namedItem("marks");
  let dirty = false;
  let tries = 0;
  let timer;
  let running;
  let passed = false;
  let leaving = false;
  let sent = ""; // the texts that were sent last

  function say(text, kept) {
    line.classList.toggle("yc-saved--not", !kept);
    line.textContent = text;
  }

  // The button pressed, or the one that stands in its place since the line under the form was written anew.
  function standing(button) {
    if (!button || button.form === form) return button;
    return [...form.elements].find((other) => other.name === button.name && other.value === button.value);
  }

  // Whoever shows what follows from what is kept asks for it again (hx-trigger).
  const announce = () => form.dispatchEvent(new CustomEvent("yc-saved", { bubbles: true }));

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  function fail(text) {
    dirty = true;
    say(text, false);
    later(AGAIN[Math.min(tries, AGAIN.length - 1)]);
    tries += 1;
    return false;
  }

  const isLogin = (answer) => new URL(answer.url).pathname.startsWith("/accounts/");

  function ended(answer) {
    const link = document.createElement("a");
    Object.assign(link, { className: "govuk-link", href: answer.url, target: "_blank", textContent: "重新登录" });
    fail(ENDED);
    line.append(link, "，再回到这里。");
    return false;
  }

  // Refused for its token: somebody logged out or in again meanwhile. Take the token of the page as it is now.
  async function renew() {
    const answer = await fetch(form.action, { signal: AbortSignal.timeout?.(PATIENCE) });
    if (isLogin(answer)) return ended(answer);
    if (!answer.ok) return fail(refusal(answer));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (!token) return fail(BROKEN);
    for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
    return true;
  }

  async function send() {
    for (let renewed = false; dirty; ) {
      dirty = false;
      sent = texts(form);
      say("正在保存……", true);
      try {
        const answer = await post(form.dataset.save, body(form));
        if (answer.status === 403 && !renewed) {
          dirty = renewed = true;
          if (!(await renew())) return false;
        } else if (isLogin(answer)) return ended(answer);
        else if (!answer.ok) return fail(refusal(answer));
        else if (!show(await answer.text())) return false;
      } catch {
        return fail(AWAY);
      }
    }
    return true;
  }

  // Whether one may go on: not while somebody must log in first, after which this page sends again.
  function show(text) {
    tries = 0;
    line.innerHTML = text;
    const kept = line.querySelector("[data-marks]");
    const held = Boolean(line.querySelector("[data-hold]"));
    dirty ||= held;
    if (kept) {
      marks.value = kept.dataset.marks;
      announce();
    }
    line.classList.toggle("yc-saved--not", !kept || Boolean(line.querySelector("button")));
    return !held;
  }

  // Whether all that was written is kept, once no send is under way.
  function save() {
    clearTimeout(timer);
    if (dirty && !navigator.onLine) return Promise.resolve(fail(AWAY));
    running ??= send().finally(() => (running = undefined));
    return running;
  }

  // A row added, removed or moved: the answer is the page, of which this group is taken. One goes on in a row that was
  // added: in its first field, or on the page that it has of its own.
  async function changeRows(button) {
    const section = button.closest("section");
    if (!(await save())) return;
    section.inert = true;
    running = post(form.action, body(form, button))
      .then(async (answer) => {
        if (isLogin(answer)) return ended(answer);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(section.id);
        if (!fresh && answer.ok && answer.redirected) {
          leaving = true;
          location.assign(answer.url);
          return true;
        }
        if (!fresh) return fail(BROKEN);
        marks.value = page.querySelector("[name=marks]").value;
        section.replaceWith(fresh);
        enhance(fresh);
        announce();
        if (button.name.startsWith("add:"))
          [...fresh.querySelectorAll(".yc-row")].at(-1)?.querySelector("input:not([type=hidden]), textarea, select")?.focus();
        return true;
      }, () => fail(AWAY))
      .finally(() => { running = undefined; section.inert = false; });
  }

  for (const [kind, pause] of Object.entries(PAUSE))
    form.addEventListener(kind, (event) => {
      // leaving a field whose text was sent already changes nothing: the line stays, with a button somebody may be pressing
      if (event.target.type === "file" || (!dirty && texts(form) === sent)) return;
      if (!dirty) say("有改动，还没有保存……", true);
      dirty = true;
      later(pause);
    });
  form.addEventListener("click", (event) => {
    const button = event.target.closest(ROWS);
    if (!button?.closest("section")) return;
    event.preventDefault();
    event.stopPropagation();
    if (!button.closest("section").inert) changeRows(button);
  }, true);
  form.addEventListener("submit", async (event) => {
    if (passed || !(dirty || running || !navigator.onLine)) return void (leaving = true);
    event.preventDefault();
    dirty ||= !navigator.onLine;
    if (!(await save())) return;
    passed = true;
    form.requestSubmit(standing(event.submitter));
    passed = false;
  });
  window.addEventListener("pageshow", () => (leaving = false));
  const go = () => dirty && save();
  for (const kind of ["online", "focus", "pageshow"]) window.addEventListener(kind, go);
  window.addEventListener("pagehide", () => {
    if (dirty && !running && navigator.onLine) post(form.dataset.save, body(form), { keepalive: true }).catch(() => {});
  });
  window.addEventListener("beforeunload", (event) => {
    // a value that somebody changed elsewhere, too, is not saved until one of the two was chosen
    if (!leaving && ((dirty && tries) || line.querySelector("button"))) event.preventDefault();
  });
}

export function saveForms(enhance) {
  for (const form of document.querySelectorAll("form[data-save]")) saver(form, enhance);
}
