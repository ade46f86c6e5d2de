/** The kinds with a form of their own; all others are filled in as their schema says. */
import type { ComponentType } from 'react';
import { ApprovalForm } from './ApprovalForm';
import { BranchForm } from './BranchForm';
import { CallFlowForm } from './CallFlowForm';
import { FlowFailedForm } from './FlowFailedForm';
import { ForEachForm } from './ForEachForm';
import type { KindFormProps } from './form';
import { InputSchemaForm } from './InputSchemaForm';
import { ScheduleForm } from './ScheduleForm';
import { ScriptForm } from './ScriptForm';
import { WaitForm } from './WaitForm';
import { WebhookForm } from './WebhookForm';

export const STEP_FORMS: Record<string, ComponentType<KindFormProps>> = {
  approval: ApprovalForm,
  branch: BranchForm,
  call_flow: CallFlowForm,
  for_each: ForEachForm,
  script: ScriptForm,
  wait: WaitForm,
};

export const TRIGGER_FORMS: Record<string, ComponentType<KindFormProps>> = {
  called: InputSchemaForm,
  flow_failed: FlowFailedForm,
  manual: InputSchemaForm,
  schedule: ScheduleForm,
  webhook: WebhookForm,
};
