// A place named in the address (#entry-7) that lies in a tab not shown or in a closed part: open it, then go there.
function open() {
  const place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place) return;
  const panel = place.closest(".govuk-tabs__panel--hidden");
  if (panel && panel !== place) document.querySelector(`.govuk-tabs__tab[href="#${panel.id}"]`)?.click();
  const closed = place.closest("details:not([open])");
  if (closed) closed.open = true;
  place.scrollIntoView();
}

export function openTarget() {
  window.addEventListener("hashchange", open);
  open();
}
