// read.mjs NODE_MODULES FILE...: the vCards of each file, as ical.js reads
// them, as a line of JSON; ends with an error at the first that it cannot read.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, ...files] = process.argv.slice(2);
const require = createRequire(join(modules, "read.mjs"));
const ICAL = require("ical.js");

for (const file of files) {
  const parsed = ICAL.parse(readFileSync(file, "utf8"));
  // one card stands alone, several are a list of them
  const cards = typeof parsed[0] === "string" ? [parsed] : parsed;
  for (const card of cards) {
    new ICAL.Component(card).getAllProperties().forEach((p) => p.getValues());
  }
  console.log(JSON.stringify(cards));
}
