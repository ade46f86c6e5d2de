/** Each page brings the texts that it and what it opens say: read from the sources, so that none can be forgotten. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { texts } from '../src/i18n/en';

const src = resolve(__dirname, '../src');
const AT_START = ['common', 'shell'];
const areas = Object.keys(texts).filter((area) => !AT_START.includes(area));

function fileOf(from: string, spec: string): string | undefined {
  const base = spec.startsWith('@/')
    ? join(src, spec.slice(2))
    : spec.startsWith('.')
      ? resolve(dirname(from), spec)
      : '';
  return base
    ? ['.ts', '.tsx', '/index.ts', '/index.tsx'].map((end) => base + end).find(existsSync)
    : undefined;
}

/** What a file and all that it imports, at once or later, say. */
function said(start: string): Set<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const left = [start];
  for (let file = left.pop(); file; file = left.pop()) {
    if (seen.has(file) || file.startsWith(join(src, 'i18n'))) continue;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, spec] of text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
      const next = fileOf(file, spec ?? '');
      if (next) left.push(next);
    }
    for (const area of areas) if (new RegExp(`['"\`]${area}\\.[\\w$]`).test(text)) found.add(area);
  }
  return found;
}

it('every page brings the texts that it says', () => {
  const routes = readFileSync(join(src, 'routes.tsx'), 'utf8');
  const pages = [
    ...routes.matchAll(/page\(\s*'([^']+)',\s*\(\) => import\('\.\/([^']+)'\),\s*\[([^\]]*)\]/g),
  ];
  expect(pages.length).toBe([...routes.matchAll(/import\('\.\/pages/g)].length);
  const missing = pages.flatMap(([, path, file, list]) => {
    const brought = [...(list ?? '').matchAll(/'([^']+)'/g)].map(([, area]) => area);
    const start = fileOf(join(src, 'routes.tsx'), `./${file}`);
    return [...said(start ?? '')].filter((area) => !brought.includes(area)).map((area) => `${path}: ${area}`);
  });
  expect(missing).toEqual([]);
});

it('what stands before any page says only what is there at the start', () => {
  const early = ['shell/Gate.tsx', 'shell/Shell.tsx', 'main.tsx'].flatMap((file) => {
    const text = readFileSync(join(src, file), 'utf8');
    return areas
      .filter((area) => new RegExp(`['"\`]${area}\\.[\\w$]`).test(text))
      .map((area) => `${file}: ${area}`);
  });
  expect(early).toEqual([]);
});
