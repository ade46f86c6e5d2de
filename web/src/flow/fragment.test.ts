import { describe, expect, it } from 'vitest';
import { copySteps, pasteSteps, renewed, stepsOf, textOf } from './fragment';
import { ancestorsOf } from './graph';
import { begin, changed, redone, settled, undone } from './history';
import { uniqueId, wishedId } from './ids';
import { each, flow, script, shape } from './testing';

describe('copied steps', () => {
  const line = flow(
    script('a'),
    { ...script('b', 'a'), with: { code: 'steps.a + steps.z' } },
    script('c', 'b'),
  );

  it('keep the order among them, over what is left out', () => {
    expect(shape(flow(...copySteps(line, new Set(['a', 'c']))))).toBe('a; c < a');
  });

  it('come with the steps inside of a loop once', () => {
    const loops = flow(each('l', [script('x')]));
    expect(shape(flow(...copySteps(loops, new Set(['l', 'x']))))).toBe('l; l/x');
  });

  it('are pasted under new ids, and go on naming each other', () => {
    const steps = stepsOf(textOf(copySteps(line, new Set(['a', 'b']))));
    const { document, ids } = pasteSteps(line, { loop: null, from: ['c'], to: [] }, steps ?? []);
    expect(shape(document)).toBe('a; b < a; c < b; a_2 < c; b_2 < a_2');
    expect(document.steps[4]?.with?.code).toBe('steps.a_2 + steps.z');
    expect(ids).toEqual(['a_2', 'b_2']);
  });

  it('rename the steps of a pasted loop too', () => {
    const loops = flow(each('l', [script('x'), script('y', 'x')]));
    expect(shape(flow(...renewed(loops, loops.steps).steps))).toBe('l_2; l_2/x_2; l_2/y_2 < x_2');
  });

  it.each([
    '',
    '{"steps":1}',
    '[{"steps":[]}]',
    '{"kind":"causeway/steps","steps":[{"id":1}]}',
    'steps "steps"',
  ])('are not read from %s', (text) => expect(stepsOf(text)).toBeUndefined());
});

describe('ids', () => {
  it('come from what a step does', () => {
    expect(wishedId('dinkoko-erp.create_customer')).toBe('create_customer');
    expect(wishedId('for_each')).toBe('each');
    expect(uniqueId(new Set(['a', 'a_2']), 'a')).toBe('a_3');
    expect(uniqueId(new Set(['a_2']), 'a_2')).toBe('a_3');
  });
});

describe('ancestors', () => {
  it('are those before a step, and those before the loops around it', () => {
    const document = flow(
      script('a'),
      script('side'),
      each('l', [script('y', 'x'), script('x'), script('z')], 'a'),
      script('late', 'l'),
    );
    expect(ancestorsOf(document, 'y').map(({ id }) => id)).toEqual(['a', 'x']);
    expect(ancestorsOf(document, 'late').map(({ id }) => id)).toEqual(['a', 'l']);
  });
});

describe('the history', () => {
  it('undoes and does again, and forgets the future on a change', () => {
    const two = changed(changed(begin(0), 1, 'one'), 2, 'two');
    expect(undone(two)).toMatchObject({ now: 1, future: [{ state: 2, label: 'two' }] });
    expect(redone(undone(two))).toMatchObject({ now: 2, future: [] });
    expect(changed(undone(two), 3, 'three')).toMatchObject({ now: 3, future: [] });
    expect(undone(begin(0))).toEqual(begin(0));
  });

  it('joins changes of one key, until the field is left', () => {
    const typed = changed(changed(begin(''), 'a', 'name', 'name'), 'ab', 'name', 'name');
    expect(typed.past).toHaveLength(1);
    expect(changed(settled(typed), 'abc', 'name', 'name').past).toHaveLength(2);
    expect(changed(typed, 'x', 'id', 'id').past).toHaveLength(2);
  });
});
