// Bundles the query editor for the package: `make web`, or `node build.mjs [FOLDER]`.
//
// The same sources and lock file give the same bytes. What is bundled calls no host but the one that
// the page came from: where a library has a call to a third party built in, it is taken out here, and
// the build fails when a new version of it no longer looks as expected.

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { notices } from "./notices.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = path.resolve(process.argv[2] ?? path.join(here, "../ogpgraph/web/static/editor"));

// Text of the editor that must not reach a browser -> what stands there instead. Each is there once.
const REPLACED = [
  // completion by Linked Open Vocabularies: ours comes from this service
  [/`\$\{r\}lov\.linkeddata\.es\/[^`]*`/g, "''"],
  [/https:\/\/dbpedia\.org\/sparql/g, ""],
  // other people's prefixes, and the call that would fetch newer ones: ours come with the page
  [/, madsrdf = "[^{}]*, prefixes_default = \{[^{}]*\}/g, ""],
  [/fetch\(e\.config\.prefixCcApi\)[\s\S]{0,250}?Promise\.resolve\(prefixes_default\)/g, "0 : Promise.resolve({})"],
  // an inline style, which the policy of the page forbids
  [/<strong style='text-decoration:underline'>/g, "<strong>"],
];

const withoutThirdParties = {
  name: "without-third-parties",
  setup(build) {
    build.onLoad({ filter: /yasqe\.esm\.js$/ }, async ({ path: file }) => {
      let contents = await readFile(file, "utf8");
      for (const [pattern, instead] of REPLACED) {
        const times = contents.match(pattern)?.length ?? 0;
        if (times !== 1) throw new Error(`${path.basename(file)} has ${pattern} ${times} times, not once`);
        contents = contents.replace(pattern, instead);
      }
      return { contents, loader: "js" };
    });
  },
};

const result = await esbuild.build({
  absWorkingDir: here,
  entryPoints: { editor: "editor/main.js" },
  outdir: folder,
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none", // they stand, whole, in the notices
  logLevel: "warning",
  metafile: true,
  minify: true,
  plugins: [withoutThirdParties],
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  write: false,
});

const { table, texts } = await notices(here, Object.keys(result.metafile.inputs));
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await writeFile(path.join(folder, "packages.tsv"), table);
await writeFile(path.join(folder, "THIRD-PARTY.txt"), texts);
const scriptLast = result.outputFiles.sort((a, b) => a.path.endsWith(".js") - b.path.endsWith(".js"));
for (const file of scriptLast) await writeFile(file.path, file.contents);
