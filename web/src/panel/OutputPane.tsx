/** What the step gives: by a test, or in the chosen run. For the trigger, the event itself, and ways to get one. */
import { type StepPanelProps, TRIGGER } from '@/flow/types';
import { stepById } from '@/flow/walk';
import type { Chosen } from './data/chosen';
import { TestStep } from './test/TestStep';
import { TriggerData } from './test/TriggerData';

export function OutputPane(props: StepPanelProps & { chosen: Chosen }) {
  const { document, selected } = props;
  if (selected === TRIGGER) return <TriggerData {...props} />;
  const step = stepById(document, selected);
  return step ? <TestStep {...props} use={step.use} /> : null;
}
