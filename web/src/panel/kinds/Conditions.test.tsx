import { fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { show, speak } from '../../../tests/render';
import { FormToolsContext, NO_TOOLS } from '../fields/tools';
import { Conditions } from './Conditions';

beforeAll(() => speak('panel'));

const sources = [
  {
    key: 'steps.a',
    path: ['steps', 'a'],
    title: 'Order',
    value: { total: '81734.00', status: 'held', count: 2 },
  },
];

function Form({ value, told }: { value: string; told: (next: string) => void }) {
  const [now, setNow] = useState(value);
  const change = (next: string) => {
    setNow(next);
    told(next);
  };
  return (
    <FormToolsContext value={{ ...NO_TOOLS, sources, labelOf: (path) => String(path.at(-1)) }}>
      <Conditions value={now} onChange={change} path={['when']} />
    </FormToolsContext>
  );
}

describe('a condition', () => {
  it('is changed row by row', () => {
    const told = vi.fn();
    show(<Form value='steps.a.status == "held"' told={told} />);
    fireEvent.change(screen.getByLabelText('Value 1'), { target: { value: 'posted' } });
    expect(told).toHaveBeenLastCalledWith('steps.a.status == "posted"');
  });

  it('compares amounts that are written as text by their numbers', async () => {
    const told = vi.fn();
    show(<Form value="steps.a.total == 5" told={told} />);
    fireEvent.click(screen.getByRole('combobox', { name: 'Comparison 1' }));
    fireEvent.click(await screen.findByRole('option', { name: 'is more than' }));
    expect(told).toHaveBeenLastCalledWith('number(steps.a.total) > 5');
    fireEvent.change(screen.getByLabelText('Value 1'), { target: { value: '1000' } });
    expect(told).toHaveBeenLastCalledWith('number(steps.a.total) > 1000');
  });

  it('joins rows, and a row counts once its field is chosen', async () => {
    const told = vi.fn();
    show(<Form value="steps.a.count > 1" told={told} />);
    fireEvent.click(screen.getByRole('button', { name: 'Add a condition' }));
    fireEvent.click(screen.getByRole('button', { name: /What is compared, 2/ }));
    fireEvent.change(await screen.findByRole('combobox', { name: 'Find a field or a value' }), {
      target: { value: 'status' },
    });
    fireEvent.click(await screen.findByRole('option', { name: /status/ }));
    expect(told).toHaveBeenLastCalledWith('steps.a.count > 1 && steps.a.status == ""');
    fireEvent.click(screen.getByText('Any of these'));
    expect(told).toHaveBeenLastCalledWith('steps.a.count > 1 || steps.a.status == ""');
  });
});
