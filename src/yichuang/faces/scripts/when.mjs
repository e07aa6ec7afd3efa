// Shows and hides parts of a form by the values already given (data-when='{"field": "...", "values": [...]}').
// The server decides again on every save: this only spares a round trip, and without it all parts are shown.

function given(form, field) {
  const named = form.querySelectorAll(`[data-field="${CSS.escape(field)}"]`);
  const values = [];
  for (const control of named) {
    if ((control.type === "radio" || control.type === "checkbox") && !control.checked) continue;
    if (control.value !== "") values.push(control.value);
  }
  return values;
}

function update(form) {
  for (const part of form.querySelectorAll("[data-when-field]")) {
    const field = part.dataset.whenField;
    const wanted = JSON.parse(part.dataset.whenValues);
    const fixed = form.querySelector(`[data-field="${CSS.escape(field)}"]`) === null;
    // a value that is not on this page (the situation, say) was decided by the server: leave the part as it came
    if (fixed) continue;
    part.hidden = !given(form, field).some((value) => wanted.includes(value));
  }
}

export function showByWhen(scope) {
  for (const form of scope.querySelectorAll("form[data-conditional]")) {
    update(form);
    if (form.dataset.conditional === "armed") continue;
    form.dataset.conditional = "armed";
    form.addEventListener("change", () => update(form));
  }
}
