/** Endpoints that the generated types do not know yet, by hand. Each goes to the typed client when its type is there. */
import { http, type Problem } from '@/api/client';

export interface Listening {
  id: string;
  expires_at: string;
  url?: string | null;
  path: string;
}
export interface Heard {
  listening: boolean;
  trigger?: unknown;
  received_at?: string | null;
}
export interface OptionList {
  options: { value: unknown; title: string }[];
}

type Method = 'GET' | 'POST' | 'DELETE';
type Call = (path: string, init: object) => Promise<{ data?: unknown; error?: Problem }>;

async function call<T>(method: Method, path: string, init: object = {}): Promise<T> {
  const { data, error } = await (http[method] as unknown as Call)(path, init);
  if (error !== undefined) throw error;
  return data as T;
}

export const listen = (slug: string, seconds: number) =>
  call<Listening>('POST', '/api/v1/flows/{slug}/listen', { params: { path: { slug } }, body: { seconds } });
export const hear = (slug: string, wait: number, signal?: AbortSignal) =>
  call<Heard>('GET', '/api/v1/flows/{slug}/listen', { params: { path: { slug }, query: { wait } }, signal });
export const stopListening = (slug: string) =>
  call<unknown>('DELETE', '/api/v1/flows/{slug}/listen', { params: { path: { slug } } });

export const optionsOf = (name: string, operation: string, value: string, title: string) =>
  call<OptionList>('GET', '/api/v1/connections/{name}/options/{operation}', {
    params: { path: { name, operation }, query: { value, title } },
  });
