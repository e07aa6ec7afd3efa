// A line at the head of the page, in sight at once: what was not done, and that nothing typed is lost.
export function tell(words) {
  document.querySelector(".yc-failed")?.remove();
  const line = document.createElement("div");
  line.className = "yc-flash yc-flash--error yc-failed";
  line.setAttribute("role", "alert");
  const kind = document.createElement("span");
  kind.className = "yc-flash__kind";
  kind.textContent = "没有办成";
  line.append(kind, words);
  document.getElementById("main-content").prepend(line);
  line.scrollIntoView({ block: "center" });
}
