/** Flow documents from and to the server, and as files. */
import { http, must, type Problem } from '@/api/client';
import { asBody, asDocument } from '@/api/flows';
import type { FlowDocument } from '@/flow/types';
import { numbered, renamed } from './slug';

/** The draft, or a published version, as it is exported. */
export const documentOf = async (slug: string, edition: string | number = 'draft') =>
  asDocument(
    await must(
      http.GET('/api/v1/flows/{slug}/export', {
        params: { path: { slug }, query: { edition: String(edition) } },
      }),
    ),
  );

/** Makes a flow that was not there; under the next free slug where that one is taken. */
export async function createFlow(slug: string, document: FlowDocument, mayRename = false): Promise<string> {
  for (let n = 1; ; n++) {
    const tried = numbered(slug, n);
    const { error } = await http.PUT('/api/v1/flows/{slug}/draft', {
      // Revision 0 is that of a flow that is not there: nothing of anybody is overwritten.
      params: { path: { slug: tried }, header: { 'If-Match': '"0"' } },
      body: asBody(renamed(document, tried)),
    });
    if (!error) return tried;
    if (!mayRename || n > 99 || !isTaken(error)) throw error;
  }
}

/** A flow of this slug is there, in service or archived. */
export const isTaken = (error: unknown) => [409, 412].includes((error as Problem).status);

export async function duplicateFlow(slug: string, name: (name: string) => string): Promise<string> {
  const document = await documentOf(slug);
  return createFlow(numbered(slug, 2), { ...document, name: name(document.name) }, true);
}

/** A document as a file holds it. */
export const fileText = (document: FlowDocument) => `${JSON.stringify(document, null, 2)}\n`;
export const jsonFile = (document: FlowDocument) =>
  new Blob([fileText(document)], { type: 'application/json' });
