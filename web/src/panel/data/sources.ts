/** The palette of data for one step: what came before it, with what schemas say of it and what the sample holds. */
import { useQueries } from '@tanstack/react-query';
import { useCallback, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { operationQuery, useCatalogue } from '@/api/catalogue';
import { api } from '@/api/client';
import type { Offered, Offers } from '@/components/code/complete';
import { ancestorsOf } from '@/flow/graph';
import { type FlowDocument, type Step, TRIGGER } from '@/flow/types';
import { splitUse } from '@/flow/use';
import { loopsAround, walkSteps } from '@/flow/walk';
import { language, say } from '@/i18n';
import { itemField, type Schema } from '../model/fields';
import { wholeHole } from '../model/holes';
import { codeToPath, lookUp, type Path } from '../model/path';
import type { Scope } from '../model/scope';
import { failedBefore, sureOf } from '../model/sure';
import { described, hasInside, inShort, inside, type Place, type Source } from '../model/tree';
import { useTriggerKind } from './kind';

const FOREVER = { staleTime: Number.POSITIVE_INFINITY, retry: false };

/** The key of what a trigger brings besides its data. */
export const MORE = 'trigger more';

/** By `use`: the schema of what a step gives. */
function useOutputs(steps: Step[]): Map<string, Schema> {
  const all = [...new Set(steps.map((step) => step.use))].filter((use) => splitUse(use)).join();
  const uses = useMemo(() => (all === '' ? [] : all.split(',')), [all]);
  return useQueries({
    queries: uses.map((use) => {
      const [connector = '', operation = ''] = splitUse(use) ?? [];
      return operationQuery(connector, operation);
    }),
    combine: useCallback(
      (answers: { data?: { output?: unknown } }[]) =>
        new Map(
          answers.flatMap((answer, at) =>
            answer.data ? [[uses[at] as string, (answer.data.output ?? {}) as Schema] as const] : [],
          ),
        ),
      [uses],
    ),
  });
}

/** The document as far as it says what comes before what: typing in a field does not make it another. */
function useShape(document: FlowDocument): FlowDocument {
  const shape = JSON.stringify([
    document.trigger.use,
    document.trigger.with?.input,
    [...walkSteps(document)].map(({ step: { id, use, name, after, join, with: input }, loop }) => [
      [id, use, name, after, join, loop],
      use === 'for_each' && input?.items,
    ]),
  ]);
  const kept = useRef({ shape, document });
  if (kept.current.shape !== shape) kept.current = { shape, document };
  return kept.current.document;
}

/** The values under each root of expressions. */
export function useSources(whole: FlowDocument, selected: string, scope: Scope | undefined): Source[] {
  const { t } = useTranslation();
  const document = useShape(whole);
  const catalogue = useCatalogue();
  const trigger = useTriggerKind(document.trigger.use);
  const isTrigger = selected === TRIGGER;
  const steps = useMemo(
    () => (isTrigger ? [] : ancestorsOf(document, selected)),
    [document, selected, isTrigger],
  );
  const outputs = useOutputs(steps);
  return useMemo(() => {
    const lang = language();
    const triggerTitle = trigger ? say(trigger.title) : t('panel.source.trigger');
    const sure = isTrigger ? new Set<string>() : sureOf(document, selected);
    const titleOf = (step: Step) =>
      step.name || say(catalogue.data?.steps.find((one) => one.name === step.use)?.title) || step.id;

    const main = mainOf(document.trigger.use);
    const ownSchema = main === 'input' ? document.trigger.with?.input : trigger?.output;
    const first: Source = {
      key: 'trigger',
      use: document.trigger.use,
      path: main ? ['trigger', main] : ['trigger'],
      title: triggerTitle,
      value: main ? lookUp(scope?.trigger, [main]) : scope?.trigger,
      field: main ? described(ownSchema, lang) : described(fieldsOfTrigger(document.trigger.use), lang),
    };
    const whole: Source | undefined = main
      ? {
          key: MORE,
          path: ['trigger'],
          title: t('panel.source.triggerMore'),
          value: without(scope?.trigger, main),
          field: described(fieldsOfTrigger(document.trigger.use), lang),
        }
      : undefined;
    const earlier = steps.map(
      (step): Source => ({
        key: `steps.${step.id}`,
        use: step.use,
        path: ['steps', step.id],
        title: titleOf(step),
        value: scope?.steps[step.id],
        field: described(outputs.get(step.use), lang),
        maybe: sure.has(step.id) ? undefined : 2,
      }),
    );
    if (isTrigger) return [first, ...(whole ? [whole] : [])];
    const failed = failedBefore(document, selected);
    const loop = loopsAround(document, selected).at(-1);
    const errors = steps
      .filter((step) => failed.has(step.id))
      .map(
        (step): Source => ({
          key: `errors.${step.id}`,
          path: ['errors', step.id],
          title: t('panel.source.error', { step: titleOf(step) }),
          value: scope?.errors[step.id],
          field: described(ERROR_FIELDS, lang),
          maybe: 2,
        }),
      );
    const variables: Source[] = Object.keys(scope?.vars ?? {}).length
      ? [{ key: 'vars', path: ['vars'], title: t('panel.source.vars'), value: scope?.vars }]
      : [];
    return [
      ...(loop
        ? itemSources(loop.with?.items, [first, ...earlier], scope, {
            item: t('panel.source.item', { loop: loop.name ?? loop.id }),
            index: t('panel.source.index'),
          })
        : []),
      first,
      ...earlier,
      ...errors,
      ...variables,
      ...(whole ? [whole] : []),
    ];
  }, [document, selected, isTrigger, steps, outputs, scope, trigger, catalogue.data, t]);
}

/** In a loop: the item, and its number. */
export function itemSources(
  items: unknown,
  sources: Source[],
  scope: Scope | undefined,
  titles: { item: string; index: string },
): Source[] {
  const path = codeToPath(wholeHole(items) ?? '');
  const list = path && placeAt(sources, path);
  const first = Array.isArray(list?.value) ? list.value[0] : undefined;
  return [
    {
      key: 'item',
      use: 'for_each',
      path: ['item'],
      title: titles.item,
      value: scope?.item ?? first,
      field: list?.field?.kind === 'list' ? itemField(list.field, language()) : undefined,
    },
    { key: 'index', path: ['index'], title: titles.index, value: scope?.index ?? 0 },
  ];
}

/** The place that a path names, by the source that it begins with. */
export function placeAt(
  sources: Source[],
  path: Path,
): (Place & { trail: string[]; source: Source }) | undefined {
  const source = [...sources]
    .filter((one) => one.path.every((part, at) => part === path[at]))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (!source) return undefined;
  let at: Place = source;
  const trail: string[] = [];
  for (const part of path.slice(source.path.length)) {
    const next: Place | undefined = inside(at, language()).find((one) => one.path.at(-1) === part);
    at = next ?? { path: [...at.path, part], title: String(part), value: lookUp(at.value, [part]) };
    trail.push(at.title);
  }
  return { ...at, trail, source };
}

/** Where the data that a trigger brings stands. */
function mainOf(use: string): string | undefined {
  if (use === 'manual' || use === 'called') return 'input';
  if (use === 'webhook' || splitUse(use)) return 'body';
  return undefined;
}

const text = { type: 'string' };
const FIELDS: Record<string, string[]> = {
  webhook: ['headers', 'query', 'params', 'method', 'path', 'received_at'],
  flow_failed: ['flow', 'run', 'step', 'error'],
  schedule: ['fire_at'],
};
function fieldsOfTrigger(use: string): Schema {
  const names = FIELDS[use] ?? (splitUse(use) ? ['event', 'connection', 'headers', 'received_at'] : []);
  return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, text])) };
}
const ERROR_FIELDS: Schema = {
  type: 'object',
  properties: { message: text, code: text, class: text, status: { type: 'integer' }, body: {} },
};

function without(value: unknown, name: string): unknown {
  if (value === null || typeof value !== 'object') return undefined;
  const { [name]: _, ...rest } = value as Record<string, unknown>;
  return rest;
}

/** How a path is called: what it comes from, and its own name. */
export function useLabelOf(sources: Source[]) {
  return useCallback(
    (path: Path) => {
      if (path[0] === 'secret' && path.length === 2) return `secret.${path[1]}`;
      const place = placeAt(sources, path);
      if (!place) return undefined;
      return [place.source.title, ...place.trail.slice(-2)].join(' › ');
    },
    [sources],
  );
}

/** What the code editor offers: the same data, and the server's functions. */
export function useOffers(sources: Source[]): Offers {
  const list = api.useQuery('get', '/api/v1/functions', {}, FOREVER);
  return useMemo(() => {
    const functions = (list.data?.groups ?? []).flatMap((group) =>
      group.functions.map((one) => ({
        name: one.name,
        signature: one.signature,
        description: say(one.description),
        examples: one.examples,
      })),
    );
    return { functions, under: (code) => offered(sources, code) };
  }, [sources, list.data]);
}

function offered(sources: Source[], code: string): Offered[] {
  const path: Path = code === '' ? [] : (codeToPath(code) ?? ['?']);
  const byPart = new Map<string, Offered>();
  // Parts of paths that sources begin with: `steps`, and the ids of steps.
  for (const source of sources) {
    const part = source.path[path.length];
    if (part === undefined || !path.every((one, at) => one === source.path[at])) continue;
    const isLast = source.path.length === path.length + 1;
    byPart.set(String(part), { label: String(part), detail: isLast ? source.title : undefined });
  }
  const place = path.length ? placeAt(sources, path) : undefined;
  if (place && (place.path.length > 1 || place.source.path.length === 1) && hasInside(place)) {
    for (const one of inside(place, language())) {
      const part = one.path.at(-1);
      if (typeof part !== 'string' || byPart.has(part)) continue;
      const detail = one.value === undefined ? (one.name ? one.title : undefined) : inShort(one.value, 40);
      byPart.set(part, { label: part, detail, info: one.field?.hint });
    }
  }
  return [...byPart.values()];
}
