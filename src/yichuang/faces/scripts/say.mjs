// 语音叫号 by the browser's own voice: what the screen newly shows is said once. Nothing is fetched for it.
// Browsers speak only after somebody has pressed something on the page, hence the button.
const said = new Set();
let on = false;

function say(scope) {
  for (const part of scope.querySelectorAll("[data-say]")) {
    const key = part.dataset.sayKey;
    if (said.has(key)) continue;
    said.add(key);
    if (!on) continue;
    const words = new SpeechSynthesisUtterance(part.dataset.say);
    words.lang = "zh-CN";
    words.rate = 0.9;
    window.speechSynthesis.speak(words);
  }
}

export function sayCalls() {
  const button = document.querySelector("[data-voice]");
  if (!button) return;
  if (!("speechSynthesis" in window)) {
    button.hidden = true;
    return;
  }
  say(document); // what was called before is not said again
  button.addEventListener("click", () => {
    on = true;
    button.hidden = true;
  });
  document.addEventListener("htmx:after:swap", () => say(document));
}
