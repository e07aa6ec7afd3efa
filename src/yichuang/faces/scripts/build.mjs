// Builds the style sheets and scripts of the screens into static/built/. Run by `npm run build`; nothing of it runs in production.
import { copyFile, mkdir, rm, writeFile, stat } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const faces = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const root = path.resolve(faces, "../../..");
const out = path.join(faces, "static/built");

// Only what the style sheet points at; the libraries' crown and crest are never copied.
const IMAGES = ["icon-document.svg", "icon-toggle-plus-minus.svg", "icon-close-cross-black.svg", "icon-tag-remove-cross.svg", "icon-tag-remove-cross-white.svg"];

async function styles() {
  const { css } = sass.compile(path.join(faces, "styles/app.scss"), {
    // MOJ imports "node_modules/govuk-frontend/…": the load path is the folder that contains node_modules
    loadPaths: [root, path.join(faces, "styles")],
    style: "compressed",
    quietDeps: true,
    logger: sass.Logger.silent,
  });
  await writeFile(path.join(out, "app.css"), css);
  await mkdir(path.join(out, "images"), { recursive: true });
  const from = path.join(root, "node_modules/@ministryofjustice/frontend/moj/assets/images");
  await Promise.all(IMAGES.map((name) => copyFile(path.join(from, name), path.join(out, "images", name))));
}

// One file per bundle: the manifest storage rewrites no `import`, so nothing may be split.
async function scripts() {
  const common = { bundle: true, format: "esm", minify: true, legalComments: "eof", target: ["es2020", "chrome109", "safari15", "firefox115"], absWorkingDir: root, logLevel: "warning" };
  const entry = (name) => path.join(faces, "scripts", name);
  await Promise.all([
    esbuild.build({ ...common, entryPoints: [entry("app.mjs")], outfile: path.join(out, "app.mjs") }),
    esbuild.build({ ...common, entryPoints: [entry("flow.mjs")], outfile: path.join(out, "flow.mjs") }),
    esbuild.build({ ...common, entryPoints: [entry("charts.mjs")], outfile: path.join(out, "charts.mjs") }),
  ]);
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([styles(), scripts()]);
for (const name of ["app.css", "app.mjs", "flow.css", "flow.mjs", "charts.mjs"]) {
  const file = path.join(out, name);
  const { size } = await stat(file);
  console.log(`${name.padEnd(12)} ${(size / 1024).toFixed(1).padStart(8)} KB ${(gzipSync(readFileSync(file)).length / 1024).toFixed(1).padStart(7)} KB gz`);
}
