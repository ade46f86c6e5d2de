import { describe, expect, it } from 'vitest';
import { type AuthForm, type Connection, healthOf, missingCredentials, suggestName } from './health';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const text = { en: '', 'zh-TW': '' };
const connection = (part: Partial<Connection> = {}): Connection => ({
  id: '1',
  name: 'erp',
  connector: 'erp',
  title: 'ERP',
  auth: 'key',
  owner: 'cli',
  shared: 'editor',
  revision: 1,
  environments: { production: { credentials: ['api_key'], credentials_changed_at: '2026-11-28T08:00:00Z' } },
  created_at: '2026-11-28T08:00:00Z',
  created_by: 'cli',
  changed_at: '2026-11-28T08:00:00Z',
  changed_by: 'cli',
  ...part,
});
const form = (part: Partial<AuthForm> = {}): AuthForm => ({
  name: 'key',
  kind: 'api_key',
  title: text,
  description: text,
  credentials: { required: ['api_key'], properties: {} },
  ...part,
});
const error = (at: string) => ({ at, code: 'http_status', message: text });

describe('healthOf', () => {
  it('does not know a connection that was never called', () => {
    expect(healthOf(connection(), form(), NOW)).toBe('untested');
  });

  it('goes by whichever came last, success or error', () => {
    const ok = '2026-11-28T10:00:00Z';
    expect(healthOf(connection({ last_ok_at: ok }), form(), NOW)).toBe('works');
    const worse = connection({ last_ok_at: ok, last_error: error('2026-11-28T11:00:00Z') });
    expect(healthOf(worse, form(), NOW)).toBe('failing');
    const better = connection({ last_ok_at: ok, last_error: error('2026-11-28T09:00:00Z') });
    expect(healthOf(better, form(), NOW)).toBe('works');
  });

  it('trusts no success from before a change', () => {
    expect(healthOf(connection({ last_ok_at: '2026-11-28T07:00:00Z' }), form(), NOW)).toBe('untested');
  });

  it('says so while calls are held back, and not afterwards', () => {
    const paused = connection({
      paused_until: '2026-11-28T12:00:30Z',
      last_error: error('2026-11-28T11:59:00Z'),
    });
    expect(healthOf(paused, form(), NOW)).toBe('paused');
    expect(healthOf(paused, form(), NOW + 60_000)).toBe('failing');
  });

  it('sees what is still to be filled in or consented to', () => {
    const bare = connection({ environments: {} });
    expect(healthOf(bare, form(), NOW)).toBe('unfinished');
    expect(missingCredentials(bare, form())).toEqual(['api_key']);
    expect(healthOf(connection(), form({ kind: 'oauth_code' }), NOW)).toBe('unauthorised');
  });
});

describe('suggestName', () => {
  it('makes a name that steps can use and that is free', () => {
    expect(suggestName('Google Sheets (sales)', [])).toBe('google-sheets-sales');
    expect(suggestName('hubspot', ['hubspot', 'hubspot-2'])).toBe('hubspot-3');
    expect(suggestName('訂單', [])).toBe('connection');
  });
});
