/** The typed client of the server's API, and the one place that knows how errors, languages and sessions travel. */
import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import type { components, paths } from './schema.gen';

export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];
export type Text = Schemas['Text'];
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

let csrfToken: string | undefined;
let language = 'en';
let onExpired: () => void = () => {};

export const setCsrfToken = (token: string | null | undefined) => {
  csrfToken = token ?? undefined;
};
export const setRequestLanguage = (next: string) => {
  language = next;
};
/** Called when the server no longer knows who asks. */
export const onSessionExpired = (listener: () => void) => {
  onExpired = listener;
};

/** What was not answered by the server itself. */
const unreachable: Problem = {
  type: 'urn:causeway:problem:unreachable',
  title: 'Unreachable',
  status: 0,
  code: 'unreachable',
  detail: '',
  text: {
    en: 'The server does not answer. Nothing was lost; try again in a moment.',
    'zh-TW': '伺服器沒有回應。資料不會遺失，請稍後再試。',
  },
  faults: [],
};

const OWN_SIGN_IN = /\/api\/v1\/(sessions|setup|me\/password)$/;

const middleware: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language);
    if (csrfToken && request.method !== 'GET') request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
  onResponse({ request, response }) {
    if (response.status === 401 && !OWN_SIGN_IN.test(new URL(request.url).pathname)) onExpired();
    return undefined;
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error;
    return new Response(JSON.stringify(unreachable), { status: 503 });
  },
};

/** For calls outside of queries; answers `{data, error}`, where `error` is a `Problem`. */
export const http = createFetchClient<paths>({
  baseUrl: typeof window === 'undefined' ? '' : window.location.origin,
  querySerializer: { array: { style: 'form', explode: true } },
});
http.use(middleware);

/** `api.useQuery('get', '/api/v1/flows', ...)`, `api.useMutation(...)`. */
export const api = createQueryClient(http);

/** An error of any kind as a problem that can be shown. */
export function problemOf(error: unknown): Problem {
  if (error && typeof error === 'object' && 'code' in error && 'text' in error) return error as Problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { ...unreachable, code: 'unknown', status: 0, detail, text: { en: detail, 'zh-TW': detail } };
}

/** The data of an answer; what went wrong is thrown as a `Problem`. */
export async function must<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error } = await answer;
  if (error !== undefined) throw error;
  return data as T;
}
