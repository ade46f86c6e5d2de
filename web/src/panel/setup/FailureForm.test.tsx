import { fireEvent, screen } from '@testing-library/react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { FlowDocument, Step } from '@/flow/types';
import { standingOf } from '@/flow/walk';
import { show, speak } from '../../../tests/render';
import { FailureForm } from './FailureForm';

beforeAll(() => speak('panel'));

const KIND = {
  title: { en: '', 'zh-TW': '' },
  description: { en: '', 'zh-TW': '' },
  input: {},
  connector: 'crm',
  connects: true,
  readOnly: false,
  pure: false,
  idempotency: 'none' as const,
};

function form(steps: Step[]) {
  const document: FlowDocument = { causeway: 1, kind: 'flow', name: '', trigger: { use: 'manual' }, steps };
  const told = { change: vi.fn(), onChange: vi.fn(), onSelect: vi.fn() };
  const standing = standingOf(document, 'a');
  if (!standing) throw new Error('the step is not there');
  show(<FailureForm document={document} standing={standing} kind={KIND} {...told} />);
  return told;
}

describe('what happens when a step fails', () => {
  it('is tried again, and not any more', () => {
    const { change } = form([{ id: 'a', use: 'crm.create', note: 'x' }]);
    fireEvent.click(screen.getByRole('switch', { name: 'Try again' }));
    expect(change).toHaveBeenLastCalledWith(
      expect.objectContaining({ note: 'x', retry: expect.objectContaining({ attempts: 5, first: '2s' }) }),
    );
  });

  it('says how long is waited, and keeps what it does not show', () => {
    const { change } = form([
      { id: 'a', use: 'crm.create', retry: { attempts: 4, first: '1s', on: ['409'], later: true } },
    ]);
    expect(screen.getByText('Waits: 1 s · 2 s · 4 s')).toBeInTheDocument();
    fireEvent.change(screen.getByLabelText('Attempts in all'), { target: { value: '6' } });
    expect(change).toHaveBeenLastCalledWith(
      expect.objectContaining({ retry: { attempts: 6, first: '1s', on: ['409'], later: true } }),
    );
    fireEvent.click(screen.getByRole('switch', { name: 'Try again' }));
    expect(change.mock.lastCall?.[0]).not.toHaveProperty('retry');
  });

  it('goes on by another way, with a step for it', () => {
    const { onChange, onSelect } = form([{ id: 'a', use: 'crm.create' }]);
    fireEvent.click(screen.getByRole('radio', { name: 'Go on by another way' }));
    const next = onChange.mock.lastCall?.[0] as FlowDocument;
    expect(next.steps.map((step) => [step.id, step.after])).toEqual([
      ['a', undefined],
      ['script', ['a.error']],
    ]);
    expect(onSelect).toHaveBeenCalledWith('script');
  });

  it('leads to the step that it goes on with', () => {
    const { onSelect } = form([
      { id: 'a', use: 'crm.create' },
      { id: 'b', use: 'script', name: 'Tell the sales team', after: ['a.error'] },
    ]);
    fireEvent.click(screen.getByRole('button', { name: 'Goes on with “Tell the sales team”' }));
    expect(onSelect).toHaveBeenCalledWith('b');
    expect(screen.getByRole('radio', { name: /Stop the flow/ })).toBeDisabled();
  });
});
