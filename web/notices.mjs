// The packages that a bundle holds, with their licences.
//
// Some packages are published bundled themselves; what is inside those is told by their source maps.

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/;
const LICENCE = /^(licen[cs]e|copying)(\.(md|txt))?$/i;

async function inside(root, input) {
  const map = path.join(root, `${input}.map`);
  return existsSync(map) ? JSON.parse(await readFile(map, "utf8")).sources : [];
}

async function about(root, name) {
  const folder = path.join(root, "node_modules", name);
  if (!existsSync(folder)) {
    throw new Error(`${name} is bundled, but is not installed: its licence is not known`);
  }
  const { version, license, author, repository } = JSON.parse(
    await readFile(path.join(folder, "package.json"), "utf8"),
  );
  if (typeof license !== "string") {
    throw new Error(`${name} does not say its licence`);
  }
  const file = (await readdir(folder)).find((one) => LICENCE.test(one));
  const text = file ? await readFile(path.join(folder, file), "utf8") : standard(name, license, author);
  return { name, version, license, text: text.replaceAll("\r\n", "\n").trim(), repository };
}

// For a package that names its licence and author without a copy of the text.
function standard(name, license, author) {
  const holder = typeof author === "string" ? author : author?.name;
  if (license !== "MIT" || !holder) {
    throw new Error(`${name} (${license}) comes without the text of its licence`);
  }
  return MIT.replace("HOLDER", holder.replace(/\s*<.*$/, ""));
}

const MIT = `MIT License

Copyright (c) HOLDER

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense,
and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN
NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/**
 * @param root the folder that `node_modules` is in
 * @param inputs paths of the bundled files, from there
 * @returns `table`: name, version and licence of each package, tab-separated; `texts`: them with
 *   the texts of their licences
 */
export async function notices(root, inputs) {
  const names = new Set();
  for (const input of inputs) {
    for (const source of [input, ...(await inside(root, input))]) {
      const found = PACKAGE.exec(source);
      if (found) names.add(found[1]);
    }
  }
  const packages = await Promise.all([...names].sort().map((name) => about(root, name)));
  const table = packages.map(({ name, version, license }) => `${name}\t${version}\t${license}\n`).join("");
  const texts = packages
    .map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
  return { table, texts: `The query editor holds these packages.\n\n${"-".repeat(80)}\n\n${texts}` };
}
