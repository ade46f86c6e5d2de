import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Problem } from '@/api/client';
import { flow, script } from '@/flow/testing';
import type { FlowDocument } from '@/flow/types';
import { type Base, DraftStore, type Ports, type Sent } from './store';

const problem = (status: number, code = 'x'): Problem => ({
  type: '',
  title: '',
  status,
  code,
  detail: '',
  text: { en: '', 'zh-TW': '' },
  faults: [],
});
const named = (name: string): FlowDocument => ({ ...flow(script('a')), name });

/** A server with one draft, which answers with what was put into `answers` first. */
function server() {
  const at: Base = { document: named('server'), revision: 1 };
  const answers: Problem[] = [];
  const sent: string[] = [];
  const kept: (string | null)[] = [];
  const ports: Ports = {
    send: async (document, revision): Promise<Sent> => {
      sent.push(document.name);
      const refusal = answers.shift() ?? (revision === at.revision ? undefined : problem(412));
      if (refusal) return { ok: false, problem: refusal };
      at.document = document;
      at.revision++;
      return { ok: true, revision: at.revision, faults: [] };
    },
    fetch: async () => ({ ...at }),
    keep: (unsaved) => kept.push(unsaved ? unsaved.document.name : null),
  };
  return { at, answers, sent, kept, store: new DraftStore({ ...at }, ports) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a draft', () => {
  it('is saved a second after the last change', async () => {
    const { store, sent, at } = server();
    store.change(named('b'), 'b');
    await pass(900);
    store.change(named('c'), 'c');
    await pass(900);
    expect(sent).toEqual([]);
    expect(store.snapshot().saving).toBe('waiting');
    await pass(200);
    expect(sent).toEqual(['c']);
    expect(store.snapshot()).toMatchObject({ saving: 'saved', base: { revision: 2 } });
    expect(at.document.name).toBe('c');
  });

  it('is saved at once where that is asked for, and not twice', async () => {
    const { store, sent } = server();
    store.change(named('b'), 'b');
    await store.flush();
    await store.flush();
    await pass(5000);
    expect(sent).toEqual(['b']);
  });

  it('sends what was changed while it was being saved', async () => {
    const { store, sent } = server();
    store.change(named('b'), 'b');
    const saving = store.flush();
    store.change(named('c'), 'c');
    await saving;
    await pass(1100);
    expect(sent).toEqual(['b', 'c']);
    expect(store.snapshot().saving).toBe('saved');
  });

  it('is saved already when a change is undone in time', async () => {
    const { store, sent, kept } = server();
    store.change(named('b'), 'b');
    store.undo();
    await pass(2000);
    expect(sent).toEqual([]);
    expect(store.snapshot().saving).toBe('saved');
    expect(kept.at(-1)).toBeNull();
  });

  it('keeps what is not saved, and says why it is refused', async () => {
    const { store, answers, kept } = server();
    answers.push(problem(422, 'empty_name'));
    store.change(named(''), 'x');
    await expect(store.flush()).rejects.toMatchObject({ code: 'empty_name' });
    expect(store.snapshot().saving).toBe('refused');
    expect(kept.at(-1)).toBe('');
    store.change(named('c'), 'c');
    await store.flush();
    expect(store.snapshot()).toMatchObject({ saving: 'saved', problem: undefined });
    expect(kept.at(-1)).toBeNull();
  });

  it('is sent again once the server answers', async () => {
    const { store, answers, sent } = server();
    answers.push(problem(0), problem(401));
    store.change(named('b'), 'b');
    await pass(1100);
    expect(store.snapshot().saving).toBe('away');
    await pass(2100);
    await pass(5100);
    expect(sent).toEqual(['b', 'b', 'b']);
    expect(store.snapshot().saving).toBe('saved');
  });
});

describe('when only the answer was lost', () => {
  it('the draft counts as saved', async () => {
    const { store, at, sent } = server();
    store.change(named('b'), 'b');
    at.document = { ...named('b'), tags: [] };
    at.revision++;
    await pass(1100);
    expect(store.snapshot()).toMatchObject({ saving: 'saved', base: { revision: 2 } });
    expect(store.snapshot().theirs).toBeUndefined();
    store.change(named('c'), 'c');
    await pass(1100);
    expect(sent).toEqual(['b', 'c']);
    expect(store.snapshot().saving).toBe('saved');
  });
});

describe('when somebody else saved', () => {
  const elsewhere = (at: Base, name: string) => {
    at.document = named(name);
    at.revision++;
  };

  it('nothing of either is lost, and nothing more is sent until it is decided', async () => {
    const { store, at, sent, kept } = server();
    elsewhere(at, 'theirs');
    store.change(named('mine'), 'mine');
    await pass(1100);
    expect(store.snapshot()).toMatchObject({
      saving: 'conflict',
      theirs: { revision: 2, document: { name: 'theirs' } },
    });
    store.change(named('more'), 'more');
    await pass(5000);
    expect(sent).toEqual(['mine']);
    expect(kept.at(-1)).toBe('more');
    store.resolve(named('both'), 'merged');
    await pass(1100);
    expect(at.document.name).toBe('both');
    expect(store.snapshot()).toMatchObject({ saving: 'saved', theirs: undefined });
    store.undo();
    expect(store.snapshot().history.now.name).toBe('more');
  });

  it('taking theirs sends nothing, and mine can be brought back', async () => {
    const { store, at, sent } = server();
    elsewhere(at, 'theirs');
    store.change(named('mine'), 'mine');
    await pass(1100);
    store.resolve(named('theirs'), 'theirs');
    await pass(2000);
    expect(sent).toEqual(['mine']);
    expect(store.snapshot().saving).toBe('saved');
    store.undo();
    await pass(1100);
    expect(at.document.name).toBe('mine');
  });

  it('it is shown where nothing is unsaved here', async () => {
    const { store, at } = server();
    expect(await store.heard()).toBe(false);
    elsewhere(at, 'theirs');
    expect(await store.heard()).toBe(true);
    expect(store.snapshot()).toMatchObject({
      history: { now: { name: 'theirs' }, past: [] },
      saving: 'saved',
    });
    store.change(named('mine'), 'mine');
    elsewhere(at, 'again');
    expect(await store.heard()).toBe(false);
  });
});

describe('what was left unsaved', () => {
  it('is restored over the same revision, and saved', async () => {
    const { store, at } = server();
    store.restore(named('unsaved'), { document: named('server'), revision: 1 }, 'restored');
    await pass(1100);
    expect(at.document.name).toBe('unsaved');
  });

  it('stands against what others saved since', () => {
    const { store, kept } = server();
    store.restore(named('unsaved'), { document: named('old'), revision: 0 }, 'restored');
    expect(store.snapshot()).toMatchObject({
      saving: 'conflict',
      base: { document: { name: 'old' } },
      theirs: { document: { name: 'server' } },
    });
    expect(kept.at(-1)).toBe('unsaved');
  });
});
