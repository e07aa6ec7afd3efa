// Draws the flow of a standard (BPMN) and marks where the case stands. The bpmn.io mark in the corner is a condition of the licence: it stays.
import "./flow.css";
import Viewer from "bpmn-js/lib/NavigatedViewer";

async function draw(holder) {
  const source = document.getElementById(holder.dataset.flow);
  const xml = source ? JSON.parse(source.textContent) : await (await fetch(holder.dataset.flowUrl)).text();
  const viewer = new Viewer({ container: holder });
  await viewer.importXML(xml);
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  for (const [marker, list] of [["yc-done", holder.dataset.done], ["yc-open", holder.dataset.open], ["yc-late", holder.dataset.late]]) {
    for (const id of (list || "").split(" ").filter(Boolean)) canvas.addMarker(id, marker);
  }
  holder.dataset.drawn = "true";
}

for (const holder of document.querySelectorAll("[data-flow], [data-flow-url]")) {
  draw(holder).catch(() => {
    // the same steps stand in a list beside the picture, so the page loses nothing
    holder.hidden = true;
  });
}
