/** What is read together with its ETag, so that a change can say what it was made on. */

export interface Tagged<T> {
  data: T;
  /** For `If-Match`. */
  etag: string | undefined;
}

export async function tagged<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Tagged<T>> {
  const { data, error, response } = await answer;
  if (error !== undefined) throw error;
  return { data: data as T, etag: response.headers.get('etag') ?? undefined };
}
