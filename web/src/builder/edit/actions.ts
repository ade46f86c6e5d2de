/** What can be done with the steps of a flow, by mouse and by keyboard, on the canvas and in the outline alike. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { told } from '@/components/notify';
import { parseRef } from '@/flow/exits';
import { copySteps, pasteSteps, renewed, stepsOf, textOf } from '@/flow/fragment';
import { freshStep, freshTrigger } from '@/flow/fresh';
import type { Place } from '@/flow/layout';
import { mainExit, placeAfter, placeBefore } from '@/flow/place';
import { moveStep, removeStep, removeSteps, waysOf } from '@/flow/remove';
import { connect, disconnect, insertSteps } from '@/flow/splice';
import { type FlowDocument, type Step, TRIGGER } from '@/flow/types';
import { mapSteps, stepById } from '@/flow/walk';

export interface FlowActions {
  insert: (place: Place, use: string, connection?: string) => void;
  setTrigger: (use: string, connection?: string) => void;
  /** Asks first where a branch has several ways. */
  remove: (ids: readonly string[]) => void;
  removeKeeping: (id: string, way: string | null) => void;
  move: (id: string, place: Place) => void;
  duplicate: (id: string) => void;
  copy: (ids: ReadonlySet<string>) => string | undefined;
  cut: (ids: ReadonlySet<string>) => string | undefined;
  /** At a place, after the step with this id, or as the last of the flow. */
  paste: (text: string, at: Place | string | null) => boolean;
  setJoin: (id: string, join: 'any' | 'all') => void;
  connect: (place: Place, to: string) => void;
  disconnect: (place: Place) => void;
}

interface Given {
  document: FlowDocument;
  change: (next: FlowDocument, label: string, merge?: string) => void;
  /** Several where steps were pasted. */
  select: (ids: string[]) => void;
  nameOf: (step: Step) => string;
  /** Which way of a branch is to be kept. */
  askWay: (id: string) => void;
}

export function useFlowActions({ document, change, select, nameOf, askWay }: Given): FlowActions {
  const { t } = useTranslation();
  return useMemo(() => {
    const named = (id: string) => {
      const step = stepById(document, id);
      return step ? nameOf(step) : id;
    };
    const gone = (next: FlowDocument, ids: readonly string[], also: string[]) => {
      const label =
        ids.length === 1
          ? t('builder.did.removed', { name: named(ids[0] as string) })
          : t('builder.did.removedMany', { count: ids.length });
      change(next, label);
      if (also.length > 0) told(t('builder.did.alsoRemoved', { count: also.length }));
    };
    const remove = (ids: readonly string[]) => {
      const present = ids.filter((id) => stepById(document, id));
      const [only] = present;
      if (only === undefined) return;
      if (present.length === 1 && waysOf(document, only).length > 1) return askWay(only);
      const { document: next, also } = removeSteps(document, present);
      gone(next, present, also);
      select(nextSelected(document, next, only));
    };
    const copy = (ids: ReadonlySet<string>) => {
      const steps = copySteps(document, ids);
      return steps.length > 0 ? textOf(steps) : undefined;
    };
    return {
      insert: (place, use, connection) => {
        const step = freshStep(document, use, connection);
        change(insertSteps(document, place, [step]), t('builder.did.added', { name: nameOf(step) }));
        select([step.id]);
      },
      setTrigger: (use, connection) => {
        if (use === document.trigger.use) return;
        change({ ...document, trigger: freshTrigger(use, connection) }, t('builder.did.trigger'));
        select([TRIGGER]);
      },
      remove,
      removeKeeping: (id, way) => {
        const { document: next, also } = removeStep(document, id, way);
        gone(next, [id], also);
        select(nextSelected(document, next, id));
      },
      move: (id, place) => {
        const next = moveStep(document, id, place);
        if (next === document) return;
        change(next, t('builder.did.moved', { name: named(id) }));
        select([id]);
      },
      duplicate: (id) => {
        const step = stepById(document, id);
        if (!step) return;
        const fresh = renewed(document, copySteps(document, new Set([id])));
        const place = placeAfter(document, id) ?? besides(document, id);
        if (!place) return;
        const prefer = mainExit(step, (ref) => waysOf(document, id).includes(ref));
        const port = prefer && parseRef(prefer).port;
        const kept = port ? `${fresh.ids[0]}.${port}` : undefined;
        change(
          insertSteps(document, place, fresh.steps, kept),
          t('builder.did.duplicated', { name: nameOf(step) }),
        );
        select(fresh.ids.slice(0, 1));
      },
      copy,
      cut: (ids) => {
        const text = copy(ids);
        if (text) remove([...ids]);
        return text;
      },
      paste: (text, at) => {
        const steps = stepsOf(text);
        if (!steps) return false;
        const place = at !== null && typeof at === 'object' ? at : pastePlace(document, at);
        const { document: next, ids } = pasteSteps(document, place, steps);
        change(next, t('builder.did.pasted', { count: steps.length }));
        select(ids);
        return true;
      },
      setJoin: (id, join) =>
        change(
          mapSteps(document, (step) => (step.id === id ? { ...step, join } : step)),
          t('builder.did.join', { name: named(id) }),
        ),
      connect: (place, to) => {
        const [from] = place.from;
        if (!from) return;
        change(connect(document, place.loop, from, to), t('builder.did.connected', { name: named(to) }));
      },
      disconnect: (place) => {
        const [from, to] = [place.from[0], place.to[0]];
        if (!from || !to) return;
        change(
          disconnect(document, place.loop, from, to),
          t('builder.did.disconnected', { name: named(to) }),
        );
      },
    };
  }, [document, change, select, nameOf, askWay, t]);
}

/** What is selected once a step is gone: what it followed. */
function nextSelected(before: FlowDocument, after: FlowDocument, id: string): string[] {
  const sources = stepById(before, id)?.after ?? [];
  const found = sources.map((ref) => parseRef(ref).id).find((one) => stepById(after, one));
  return [found ?? TRIGGER];
}

/** Beside a step after which nothing can come. */
function besides(document: FlowDocument, id: string): Place | undefined {
  const place = placeBefore(document, id);
  return place && { ...place, to: [] };
}

function pastePlace(document: FlowDocument, after: string | null): Place {
  const last = document.steps.at(-1);
  const at = after ?? last?.id ?? TRIGGER;
  return placeAfter(document, at) ?? besides(document, at) ?? { loop: null, from: [], to: [] };
}
