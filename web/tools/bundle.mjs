// After the build: prints what the first load weighs (gzip) and fails above the limit: the entry, what it imports, and its
// texts in one language. Then presses every text beside itself, so that the server never has to.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const LIMIT_KB = 250;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const size = (file) => gzipSync(readFileSync(new URL(file, dist))).length / 1000;

const seen = new Set();
const walk = (key) => {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return;
  seen.add(chunk.file);
  for (const next of chunk.imports ?? []) walk(next);
};
walk('index.html');
// And what it says before any page, in one language.
for (const area of ['common', 'shell']) walk(`src/i18n/en/${area}.ts`);

const total = [...seen].reduce((sum, file) => sum + size(file), 0);
console.log(`first load: ${total.toFixed(1)} kB of JS, gzip (limit ${LIMIT_KB})`);
const lazy = Object.values(manifest)
  .filter((chunk) => chunk.file.endsWith('.js') && !seen.has(chunk.file))
  .map((chunk) => [chunk.name ?? chunk.file, size(chunk.file)])
  .toSorted((a, b) => b[1] - a[1])
  .slice(0, 6);
console.log(`largest later: ${lazy.map(([name, kb]) => `${name} ${kb.toFixed(0)}`).join(', ')}`);
if (total > LIMIT_KB) {
  console.error(`first load is over its limit of ${LIMIT_KB} kB`);
  process.exit(1);
}

const PRESSABLE = /\.(css|html|js|svg)$/;
for (const name of readdirSync(dist, { recursive: true })) {
  if (!PRESSABLE.test(name) || name.startsWith('.')) continue;
  const raw = readFileSync(new URL(name, dist));
  if (raw.length < 1000) continue;
  writeFileSync(new URL(`${name}.gz`, dist), gzipSync(raw, { level: 9 }));
  // One below the best: a tenth of the time for the same size.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length };
  writeFileSync(new URL(`${name}.br`, dist), brotliCompressSync(raw, { params }));
}
