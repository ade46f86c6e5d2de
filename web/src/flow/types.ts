/** The shape of a flow document as the pages handle it, and what canvas, step panel and run view tell each other. */
import type { Schemas } from '@/api/client';
import type { StepStatus } from '@/components/Status';

export type Fault = Schemas['Fault'];

export interface Trigger {
  use: string;
  connection?: string;
  with?: Record<string, unknown>;
  [more: string]: unknown;
}

export interface Step {
  id: string;
  /** A step kind, or `<connector>.<operation>`. */
  use: string;
  name?: string;
  note?: string;
  connection?: string;
  /** The input; a `for_each` keeps its steps in `body` here. */
  with?: Record<string, unknown>;
  /** Ids, or `id.port`; none means after the trigger (or the beginning of the loop that it stands in). */
  after?: string[];
  join?: 'any' | 'all';
  retry?: Record<string, unknown>;
  timeout?: string;
  on_doubt?: 'repeat' | 'fail';
  [more: string]: unknown;
}

export interface FlowDocument {
  causeway: 1;
  kind: 'flow';
  slug?: string;
  name: string;
  description?: string;
  tags?: string[];
  trigger: Trigger;
  steps: Step[];
  settings?: Record<string, unknown>;
  [more: string]: unknown;
}

/** What is selected: the trigger, or a step by id. */
export const TRIGGER = 'trigger';

/** How a step looks in a run, on the canvas. */
export interface StepLook {
  status: StepStatus;
  took_ms?: number;
  /** Items of a loop: `settled` of `count`. */
  items?: { count: number; settled: number; failed: number };
  attempts?: number;
  /** The named exit that was taken. */
  port?: string;
}

/** `web/src/builder/canvas/FlowCanvas.tsx`: the one canvas, for editing and for looking at runs. */
export interface FlowCanvasProps {
  document: FlowDocument;
  /** Absent: it is looked at only. */
  onChange?: (next: FlowDocument, label: string) => void;
  selected: string | null;
  onSelect: (id: string | null) => void;
  faults?: Fault[];
  looks?: Record<string, StepLook>;
}

/** `web/src/panel/StepPanel.tsx`: what stands beside the canvas for the selected step or the trigger. */
export interface StepPanelProps {
  slug: string;
  document: FlowDocument;
  selected: string;
  onSelect: (id: string | null) => void;
  /** Each change can be undone; `label` says what it was, in the reader's language. `merge` joins it with the one before of the same key. */
  onChange: (next: FlowDocument, label: string, merge?: string) => void;
  faults: Fault[];
  /** Saves the draft if it is not; tests run on what is saved. */
  flush: () => Promise<void>;
  readOnly?: boolean;
}

/** `web/src/panel/SettingsPanel.tsx`: what counts for the whole flow, beside the canvas. */
export type SettingsPanelProps = Pick<StepPanelProps, 'document' | 'onChange' | 'faults' | 'readOnly'> & {
  onClose: () => void;
};

/** `web/src/panel/TestPanel.tsx`: the test of the whole draft, beside the canvas. */
export interface TestPanelProps {
  slug: string;
  document: FlowDocument;
  flush: () => Promise<void>;
  onSelect: (id: string | null) => void;
  onClose: () => void;
}
