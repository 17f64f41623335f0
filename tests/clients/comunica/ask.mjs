// Asks what standard input lists, one after the other, and prints the answers: both are JSON.
// A job is {sources, query}; its answer {bindings}, {boolean}, {quads} or {error}.
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {pathToFileURL} from "node:url";

const from = createRequire(pathToFileURL(process.argv[2] + "/package.json"));
const {QueryEngine} = await import(pathToFileURL(from.resolve("@comunica/query-sparql")));
const engine = new QueryEngine();

function told(term) {
  return {type: term.termType, value: term.value}; // 4.5 loses the language of a literal
}

async function answered({sources, query}) {
  const result = await engine.query(query, {sources});
  const answer = await result.execute();
  if (result.resultType === "boolean") return {boolean: answer};
  const found = await answer.toArray();
  if (result.resultType === "quads") {
    return {quads: found.map((quad) => [quad.subject, quad.predicate, quad.object].map(told))};
  }
  return {
    bindings: found.map((row) => Object.fromEntries([...row].map(([name, term]) => [name.value, told(term)]))),
  };
}

const answers = [];
for (const job of JSON.parse(readFileSync(0, "utf8"))) {
  await engine.invalidateHttpCache();
  answers.push(await answered(job).catch((error) => ({error: String(error)})));
}
console.log(JSON.stringify(answers));
