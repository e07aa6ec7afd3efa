// Shows and hides parts of a form by the values already given (data-when-field, data-when-values).
// The server decides again on every save: this only spares a round trip, and without it all parts are shown.

function named(place, field) {
  return [...place.querySelectorAll(`[data-field="${CSS.escape(field)}"]`)].filter((control) => "value" in control);
}

// A condition inside a row of a repeated group asks that row first, then the form.
function controls(form, part, field) {
  const row = part.closest("[data-row]");
  const inRow = row ? named(row, field) : [];
  return inRow.length ? inRow : named(form, field);
}

function given(found) {
  return found
    .filter((control) => (control.type !== "radio" && control.type !== "checkbox") || control.checked)
    .map((control) => control.value)
    .filter((value) => value !== "");
}

function update(form) {
  for (const part of form.querySelectorAll("[data-when-field]")) {
    const found = controls(form, part, part.dataset.whenField);
    // a value that is not on this page (the situation, say) was decided by the server: leave the part as it came
    if (!found.length) continue;
    const wanted = JSON.parse(part.dataset.whenValues);
    // what hangs on a part that is itself hidden is hidden too
    const values = given(found.filter((control) => !control.closest("[data-when-field][hidden]")));
    part.hidden = !values.some((value) => wanted.includes(value));
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
