import { describe, expect, it } from 'vitest';
import { holdsNamed, named, scopeOfRun } from './scope';
import { described, hasInside, inside, type Source, search } from './tree';

const run = {
  event: { body: { no: 'Q1' } },
  steps: [
    { id: 'order', status: 'succeeded', output: { total: 5 } },
    { id: 'order2', status: 'succeeded', output: 1 },
    { id: 'create', status: 'failed', error: { code: 'x', message: { en: 'No', 'zh-TW': '否' } } },
    { id: 'skipped', status: 'skipped', output: null },
  ],
};

describe('the scope of an earlier run', () => {
  it('holds what it gave', () => {
    const scope = scopeOfRun(run);
    expect(Object.keys(scope.steps)).toEqual(['order', 'order2']);
    expect(scope.errors).toEqual({ create: { code: 'x', message: 'No' } });
    expect(scope.trigger).toEqual({ body: { no: 'Q1' } });
  });
  it('is cut down to what is named', () => {
    const scope = { ...scopeOfRun(run), vars: { a: 1, b: 2 } };
    expect(named(scope, ['steps.order.total + vars.b'])).toEqual({
      steps: { order: { total: 5 } },
      errors: {},
      vars: { b: 2 },
    });
    expect(named(scope, ['errors.create?.code']).errors).toEqual({ create: { code: 'x', message: 'No' } });
    expect(named(scope, ['trigger.body.no'])).toHaveProperty('trigger');
  });
  it('knows what it does not hold', () => {
    expect(holdsNamed(scopeOfRun(run), 'No {{ steps.order.total + trigger.body.no }}')).toBe(true);
    expect(holdsNamed(scopeOfRun(run), 'steps.later?.no ?? 1')).toBe(false);
    expect(holdsNamed({ steps: {}, errors: {} }, 'trigger.body')).toBe(false);
  });
});

describe('the tree of data', () => {
  const value = { no: 'Q1', lines: [{ sku: 'A' }, { sku: 'B' }], note: null };
  const source: Source = { key: 't', path: ['trigger', 'body'], title: 'Quote', value };
  it('has what a sample holds', () => {
    expect(inside(source, 'en').map((place) => place.path.at(-1))).toEqual(['no', 'lines', 'note']);
    expect(hasInside({ path: [], title: '', value: null })).toBe(false);
  });
  it('has what a schema says, where there is no sample', () => {
    const schema = { type: 'object', properties: { total: { type: 'number', title: 'Total' } } };
    const places = inside({ ...source, value: undefined, field: described(schema, 'en') }, 'en');
    expect(places).toMatchObject([{ path: ['trigger', 'body', 'total'], title: 'Total', name: 'total' }]);
  });
  it('is searched by title, name and value', () => {
    const found = (looked: string) => search([source], looked, 'en').map((one) => one.place.path.join('.'));
    expect(found('sku')).toEqual(['trigger.body.lines.0.sku']);
    expect(found('q1')).toEqual(['trigger.body.no']);
    expect(found('quote no')).toContain('trigger.body.no');
    expect(found('nothing like it')).toEqual([]);
  });
});
