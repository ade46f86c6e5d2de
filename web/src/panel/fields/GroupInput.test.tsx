import { fireEvent, screen, within } from '@testing-library/react';
import { useState } from 'react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { show, speak } from '../../../tests/render';
import { fieldOf, type Schema } from '../model/fields';
import { GroupFields } from './GroupInput';
import { FormToolsContext, NO_TOOLS } from './tools';

// The code editors measure what they draw, which no test page does.
vi.mock('./ExpressionInput', () => ({
  default: ({
    value,
    onChange,
    labelId,
  }: {
    value: string;
    onChange: (next: string) => void;
    labelId: string;
  }) => <input aria-labelledby={labelId} value={value} onChange={(event) => onChange(event.target.value)} />,
}));
vi.mock('@/components/code/JsonEditor', () => ({
  default: ({ value, label }: { value: unknown; label: string }) => (
    <textarea aria-label={label} readOnly value={JSON.stringify(value)} />
  ),
}));

beforeAll(() => speak('panel'));

const SCHEMA: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['code'],
  properties: {
    code: { type: 'string', title: 'Customer code' },
    days: { type: 'integer', title: 'Days', default: 30 },
    active: { type: 'boolean', title: 'Active' },
    level: { enum: ['A', 'B'], title: 'Level' },
    lines: {
      type: 'array',
      title: 'Lines',
      items: { type: 'object', properties: { sku: { type: 'string', title: 'Product' } } },
    },
  },
};

function Form({
  value,
  tools = {},
  told,
}: {
  value: unknown;
  tools?: object;
  told: (next: unknown) => void;
}) {
  const [now, setNow] = useState(value);
  const change = (next: unknown) => {
    setNow(next);
    told(next);
  };
  return (
    <FormToolsContext value={{ ...NO_TOOLS, ...tools }}>
      <GroupFields
        field={fieldOf(SCHEMA, SCHEMA, 'en', '')}
        value={now}
        onChange={change}
        path={['steps', 0, 'with']}
      />
    </FormToolsContext>
  );
}

async function form(value: unknown, tools?: object) {
  const told = vi.fn();
  show(<Form value={value} tools={tools} told={told} />);
  await screen.findByLabelText('Customer code', { exact: false, selector: 'input' });
  return told;
}
const input = (name: string) => screen.findByLabelText(name, { exact: false, selector: 'input' });

describe('the form of a step', () => {
  it('keeps what it does not know, and what does not fit, through an edit', async () => {
    const strange = { code: 'C1', days: { later: true }, extra: [1, { deep: null }] };
    const told = await form(strange);
    fireEvent.change(await input('Customer code'), { target: { value: 'C2' } });
    expect(told).toHaveBeenLastCalledWith({ ...strange, code: 'C2' });
    expect(await screen.findByLabelText('Days', { selector: 'textarea' })).toHaveValue('{"later":true}');
    expect(await screen.findByLabelText('extra', { selector: 'textarea' })).toHaveValue('[1,{"deep":null}]');
  });

  it('fills in no defaults, and takes emptied fields away', async () => {
    const told = await form({ code: 'C1', days: 5 });
    fireEvent.change(await input('Days'), { target: { value: '' } });
    expect(told).toHaveBeenLastCalledWith({ code: 'C1' });
    expect(await input('Days')).toHaveAttribute('placeholder', '30');
  });

  it('makes a formula of a value and a value of a formula', async () => {
    const told = await form({ code: 'C1', days: 5 });
    const days = document.querySelector<HTMLElement>('[data-field="/steps/0/with/days"]') as HTMLElement;
    const fx = within(days).getByRole('button', { name: 'Formula for Days' });
    fireEvent.click(fx);
    expect(fx).toHaveAttribute('aria-pressed', 'true');
    fireEvent.change(await within(days).findByLabelText('Days'), { target: { value: 'trigger.days + 1' } });
    expect(told).toHaveBeenLastCalledWith({ code: 'C1', days: '{{ trigger.days + 1 }}' });
    fireEvent.change(await within(days).findByLabelText('Days'), { target: { value: '7' } });
    fireEvent.click(fx);
    expect(told).toHaveBeenLastCalledWith({ code: 'C1', days: 7 });
  });

  it('shows what the server says at the field that it is about', async () => {
    const fault = {
      code: 'x',
      severity: 'error',
      pointer: '/steps/0/with/code',
      message: { en: 'There is no such customer.', 'zh-TW': '' },
    };
    await form({ code: 'C1' }, { faults: [fault] });
    const field = document.querySelector<HTMLElement>('[data-field="/steps/0/with/code"]') as HTMLElement;
    expect(within(field).getByText(/There is no such customer/)).toBeInTheDocument();
  });

  it('adds, moves and removes items', async () => {
    const told = await form({ code: 'C1', lines: [{ sku: 'A' }, { sku: 'B', more: 1 }] });
    fireEvent.click(screen.getByRole('button', { name: 'Move Lines 2 up' }));
    expect(told).toHaveBeenLastCalledWith({ code: 'C1', lines: [{ sku: 'B', more: 1 }, { sku: 'A' }] });
    fireEvent.click(screen.getByRole('button', { name: 'Add to Lines' }));
    expect(told).toHaveBeenLastCalledWith({ code: 'C1', lines: [{ sku: 'B', more: 1 }, { sku: 'A' }, {}] });
    fireEvent.click(screen.getByRole('button', { name: 'Remove Lines 1' }));
    expect(told).toHaveBeenLastCalledWith({ code: 'C1', lines: [{ sku: 'A' }, {}] });
  });
});
