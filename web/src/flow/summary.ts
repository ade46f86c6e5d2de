/** What a step without a name is about, in a few words of its own. */
import { portsOf } from './exits';
import type { Step } from './types';

const MOST = 60;

export function summaryOf(step: Step): string {
  const given = step.with ?? {};
  const text = (key: string) => (typeof given[key] === 'string' ? (given[key] as string) : '');
  switch (step.use) {
    case 'branch':
      return short((portsOf(step) ?? []).join(' / '));
    case 'script':
      return short(commentOf(text('code')));
    case 'for_each':
      return short(text('items').replace(/^\s*\{\{\s*|\s*\}\}\s*$/g, ''));
    case 'approval':
    case 'stop':
      return short(text('message'));
    case 'wait':
      return short(text('for') || text('until'));
    case 'call_flow':
      return short(text('flow'));
    default:
      return '';
  }
}

/** A script's first comment, which says what it is for. */
const commentOf = (code: string): string => /^\s*\/\/\s?(.*)$/m.exec(code)?.[1]?.trim() ?? '';

const short = (text: string): string => (text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text);
