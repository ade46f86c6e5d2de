/** What files, folders and zips hold of flows, before anything is sent. The server reads them again and decides. */
import type { FlowDocument } from '@/flow/types';
import { walkSteps } from '@/flow/walk';
import { suggestSlug } from '../slug';
import { unzip, type ZipFile, zip } from '../zip';

export interface Candidate {
  path: string;
  text: string;
  slug: string;
  name: string;
  steps: number;
  /** It is no JSON, or no flow. */
  fault?: 'unreadable' | 'no_flow';
}

const isFlowFile = (path: string) => path === 'flow.json' || path.endsWith('/flow.json');
const above = (path: string) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');

/** A folder with a `flow.json` is one flow, whatever else it holds; in other folders each `*.json` is one. */
export function documentsAmong(paths: string[]): string[] {
  const flows = new Set(paths.filter(isFlowFile).map(above));
  const insideFlow = (path: string) => {
    for (let folder = above(path); folder; folder = above(folder)) if (flows.has(folder)) return true;
    return flows.has('');
  };
  return paths
    .filter((path) => isFlowFile(path) || (path.endsWith('.json') && !insideFlow(path)))
    .filter((path) => !path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX'))
    .sort();
}

/** What a path says of the slug: its folder where the file is a `flow.json`, else the file's own name. */
export function nameOfPath(path: string): string {
  const parts = path.split('/');
  const file = parts.pop() ?? '';
  return (file === 'flow.json' ? parts.pop() : undefined) ?? file.replace(/\.json$/, '');
}

export function candidateOf({ path, text }: ZipFile): Candidate {
  const slug = suggestSlug(nameOfPath(path)) || 'flow';
  const bare = { path, text, slug, name: nameOfPath(path), steps: 0 };
  let document: Partial<FlowDocument> | null;
  try {
    document = JSON.parse(text);
  } catch {
    return { ...bare, fault: 'unreadable' };
  }
  if (document === null || typeof document !== 'object' || !Array.isArray(document.steps)) {
    return { ...bare, fault: 'no_flow' };
  }
  return {
    path,
    text,
    slug: document.slug ?? slug,
    name: document.name ?? bare.name,
    steps: [...walkSteps(document as FlowDocument)].length,
  };
}

/** A file as it was chosen or dropped, with its place in a folder. */
export interface PickedFile {
  path: string;
  file: File;
}

export async function readPicked(picked: PickedFile[]): Promise<Candidate[]> {
  const found: ZipFile[] = [];
  for (const { path, file } of picked.filter(({ path }) => /\.zip$/i.test(path))) {
    const inside = await unzip(new Uint8Array(await file.arrayBuffer()), (name) => name.endsWith('.json'));
    const wanted = documentsAmong(inside.map((one) => one.path));
    if (wanted.length === 0) found.push({ path, text: '' });
    found.push(...inside.filter((one) => wanted.includes(one.path)));
  }
  const loose = documentsAmong(picked.map(({ path }) => path));
  for (const { path, file } of picked) {
    if (loose.includes(path)) found.push({ path, text: await file.text() });
  }
  return found.map(candidateOf);
}

/** Paths that several of them have get a folder of their own, so that none is lost. */
export function distinct(candidates: Candidate[]): ZipFile[] {
  const seen = new Map<string, number>();
  return candidates.map(({ path, text }) => {
    const times = (seen.get(path) ?? 0) + 1;
    seen.set(path, times);
    return { path: times === 1 ? path : `${times}/${path}`, text };
  });
}

/** One document as it is, several as a zip. */
export function bodyOf(candidates: Candidate[]): { body: BodyInit; type: string; name?: string } {
  const [first] = candidates;
  if (first && candidates.length === 1) {
    return { body: first.text, type: 'application/json', name: first.path };
  }
  return { body: zip(distinct(candidates)), type: 'application/zip' };
}
