import { fireEvent, screen } from '@testing-library/react';
import { beforeAll, expect, it, vi } from 'vitest';
import { show, speak } from '../../../tests/render';
import { fieldOf } from '../model/fields';
import { OptionsInput } from './OptionsInput';

// The client takes the page's `fetch` when it is made.
const asked = vi.hoisted(() => {
  const answer = vi.fn(async (_: Request) =>
    Response.json({
      options: [
        { value: 'TPE1', title: 'Taipei' },
        { value: 'TXG', title: 'Taichung' },
      ],
    }),
  );
  globalThis.fetch = answer as unknown as typeof fetch;
  return answer;
});

beforeAll(() => speak('panel'));

const FIELD = fieldOf(
  { type: 'string', 'x-causeway-options': { operation: 'list_warehouses', value: '/code', title: '/name' } },
  {},
  'en',
  'warehouse',
);

it('offers what the connected system has by its name, and keeps its value', async () => {
  const told = vi.fn();
  show(
    <>
      <span id="label">Warehouse</span>
      <OptionsInput field={FIELD} value="TPE1" onChange={told} path={[]} labelId="label" connection="erp" />
    </>,
  );
  const input = screen.getByLabelText('Warehouse');
  await vi.waitFor(() => expect(input).toHaveValue('Taipei (TPE1)'), 10_000);
  const url = new URL(asked.mock.calls[0]?.[0].url ?? '');
  expect(url.pathname + url.search).toBe(
    '/api/v1/connections/erp/options/list_warehouses?value=%2Fcode&title=%2Fname',
  );
  fireEvent.change(input, { target: { value: 'Taichung (TXG)' } });
  expect(told).toHaveBeenLastCalledWith('TXG');
  // What is not in the list can be typed.
  fireEvent.change(input, { target: { value: 'NEW' } });
  expect(told).toHaveBeenLastCalledWith('NEW');
});
