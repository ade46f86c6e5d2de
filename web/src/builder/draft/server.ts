/** The draft on the server. */

import { http, type Problem } from '@/api/client';
import { asBody, asDocument } from '@/api/flows';
import { tagged } from '@/api/tagged';
import type { Fault, FlowDocument } from '@/flow/types';
import type { Base, Sent } from './store';

const at = (slug: string) => ({ path: { slug } });

export async function fetchDraft(slug: string): Promise<Base> {
  const { data, etag } = await tagged(
    http.GET('/api/v1/flows/{slug}/draft', { params: at(slug), cache: 'no-store' }),
  );
  return { document: asDocument(data), revision: revisionOf(etag) };
}

const revisionOf = (etag: string | undefined): number => Number(/"(\d+)"/.exec(etag ?? '')?.[1] ?? 0);

export async function sendDraft(slug: string, document: FlowDocument, revision: number): Promise<Sent> {
  const { data, error } = await http.PUT('/api/v1/flows/{slug}/draft', {
    params: { ...at(slug), header: { 'If-Match': `"${revision}"` } },
    body: asBody(document),
  });
  if (!data) return { ok: false, problem: error as Problem };
  return { ok: true, revision: data.flow.draft_revision, flow: data.flow, faults: data.faults };
}

/** What publishing the saved draft would say. */
export async function fetchFaults(slug: string): Promise<Fault[] | undefined> {
  const { data } = await http.GET('/api/v1/flows/{slug}/draft/faults', { params: at(slug) });
  return data?.faults;
}

/** Who saved the draft last, and when. */
export async function lastSaved(slug: string): Promise<{ by?: string; at?: string }> {
  const { data } = await http.GET('/api/v1/flows/{slug}', { params: at(slug) });
  const saved = data?.draft_saved;
  if (!saved) return { at: data?.updated_at };
  return { by: saved.person?.name || saved.by.replace(/^[a-z]+:/, ''), at: saved.at };
}
