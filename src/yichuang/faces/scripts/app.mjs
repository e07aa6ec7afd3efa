// What every page runs: the components' behaviour, htmx, and our few enhancements. Pages work without it.
import { createAll, CharacterCount, ErrorSummary, NotificationBanner, PasswordInput, ServiceNavigation, SkipLink, Tabs, Button } from "govuk-frontend";
import "htmx.org";
import { keepForms } from "./keep.mjs";
import { listenToKeys } from "./keys.mjs";
import { saveForms } from "./save.mjs";
import { sayCalls } from "./say.mjs";
import { tell } from "./tell.mjs";
import { openTarget } from "./target.mjs";
import { showByWhen } from "./when.mjs";

const COUNT = {
  i18n: {
    charactersUnderLimit: { other: "还可以填写 %{count} 个字" },
    charactersAtLimit: "已填满,不能再多",
    charactersOverLimit: { other: "超出 %{count} 个字" },
    textareaDescription: { other: "最多填写 %{count} 个字" },
  },
};
const PASSWORD = {
  i18n: {
    showPassword: "显示",
    hidePassword: "隐藏",
    showPasswordAriaLabel: "显示密码",
    hidePasswordAriaLabel: "隐藏密码",
    passwordShownAnnouncement: "密码已显示",
    passwordHiddenAnnouncement: "密码已隐藏",
  },
};

function enhance(scope) {
  createAll(Button, { preventDoubleClick: true }, scope);
  createAll(CharacterCount, COUNT, scope);
  createAll(ErrorSummary, undefined, scope);
  createAll(NotificationBanner, undefined, scope);
  createAll(PasswordInput, PASSWORD, scope);
  createAll(Tabs, undefined, scope);
  showByWhen(scope);
}

createAll(ServiceNavigation);
createAll(SkipLink);
enhance(document);
keepForms();
listenToKeys();
openTarget();
saveForms(enhance);
sayCalls();

// A part that htmx has swapped in gets the same behaviour; components already initialised in it are skipped by the library.
document.addEventListener("htmx:after:swap", () => enhance(document));

// Controls that only make sense with a script: a select that submits its form, a button that prints.
document.addEventListener("change", (event) => {
  const control = event.target.closest?.("[data-submit-on-change]");
  if (control) control.form?.requestSubmit();
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});

// A ticket machine goes back to its start by itself.
const start = document.querySelector("[data-return]");
if (start) setTimeout(() => window.location.assign(start.href), 30000);

// An answer that is an error never replaces a part of the page: what was filled in stays, and a line says what happened.
document.addEventListener("htmx:before:swap", (event) => {
  if (event.detail?.ctx?.response?.status >= 400) event.preventDefault();
});
const failed = () => tell("系统暂时没有应答，您填写的内容还在，请稍后再试一次。");
document.addEventListener("htmx:response:error", failed);
document.addEventListener("htmx:error", failed);
