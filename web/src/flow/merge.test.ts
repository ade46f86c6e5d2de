import { describe, expect, it } from 'vitest';
import { mergeFlows } from './merge';
import { removeStep } from './remove';
import { insertSteps } from './splice';
import { each, flow, script, shape } from './testing';
import { replaceStep } from './walk';

const base = flow(script('a'), script('b', 'a'), each('l', [script('x')], 'b'));
const coded = (id: string, code: string) => replaceStep(base, id, (step) => ({ ...step, with: { code } }));

describe('two drafts', () => {
  it('are put together where they changed different steps', () => {
    const mine = insertSteps(base, { loop: null, from: ['a'], to: ['b'] }, [script('mine')]);
    const theirs = { ...coded('x', '2'), name: 'B' };
    const { document, conflicts } = mergeFlows(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(shape(document)).toBe('a; mine < a; b < mine; l < b; l/x');
    expect(document.name).toBe('B');
    expect(JSON.stringify(document)).toContain('"code":"2"');
  });

  it('are put together where they changed different fields of one step', () => {
    const named = replaceStep(base, 'a', (step) => ({ ...step, name: 'First' }));
    const more = replaceStep(base, 'a', (step) => ({ ...step, with: { ...step.with, more: 1 } }));
    const { document, conflicts } = mergeFlows(base, named, more);
    expect(conflicts).toEqual([]);
    expect(document.steps[0]).toEqual({
      id: 'a',
      use: 'script',
      name: 'First',
      with: { code: '1', more: 1 },
    });
  });

  it('ask which counts where both changed the same', () => {
    const { document, conflicts } = mergeFlows(base, coded('a', '2'), coded('a', '3'));
    expect(conflicts).toEqual([
      { key: '/steps/a/with/code', step: 'a', field: 'with/code', mine: '2', theirs: '3' },
    ]);
    expect(document).toEqual(coded('a', '2'));
    expect(
      mergeFlows(base, coded('a', '2'), coded('a', '3'), { '/steps/a/with/code': 'theirs' }).document,
    ).toEqual(coded('a', '3'));
  });

  it('ask where one removed what the other changed, and not otherwise', () => {
    const removed = removeStep(base, 'a').document;
    const both = mergeFlows(base, removed, coded('a', '2'));
    expect(both.conflicts.map(({ key }) => key)).toEqual(['/steps/a']);
    expect(shape(both.document)).toBe('b; l < b; l/x');
    expect(mergeFlows(base, removed, base)).toEqual({ document: removed, conflicts: [] });
    expect(mergeFlows(base, base, removed)).toEqual({ document: removed, conflicts: [] });
  });

  it('keep what each moved into or out of a loop', () => {
    const mine = flow(script('a'), each('l', [script('b'), script('x')], 'a'));
    const { document } = mergeFlows(base, mine, coded('x', '2'));
    expect(shape(document)).toBe('a; l < a; l/b; l/x');
  });

  it('are the same where nothing differs', () => {
    expect(mergeFlows(base, base, base)).toEqual({ document: base, conflicts: [] });
    expect(mergeFlows(flow(), flow(), flow())).toEqual({ document: flow(), conflicts: [] });
  });
});
