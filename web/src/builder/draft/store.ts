/** One draft while it is edited: its history, what is saved of it, and what happens when somebody else was faster. */
import type { Problem, Schemas } from '@/api/client';
import { begin, changed, type History, redone, settled, undone } from '@/flow/history';
import { isSameFlow } from '@/flow/same';
import type { Fault, FlowDocument } from '@/flow/types';

export type Saving =
  /** The server has what is seen. */
  | 'saved'
  /** It will be sent in a moment. */
  | 'waiting'
  | 'saving'
  /** The server does not take it as it is; `problem` says why. */
  | 'refused'
  /** It does not answer, or the session ended; it is tried again. */
  | 'away'
  /** Somebody else saved since. */
  | 'conflict';

export interface Base {
  document: FlowDocument;
  revision: number;
}

export interface DraftState {
  history: History<FlowDocument>;
  /** What the server had when it was last heard. */
  base: Base;
  saving: Saving;
  problem?: Problem;
  /** Undefined until the server has told. */
  faults?: Fault[];
  flow?: Schemas['Flow'];
  /** In a conflict: what the server has now. */
  theirs?: Base;
}

export type Sent =
  | { ok: true; revision: number; flow?: Schemas['Flow']; faults: Fault[] }
  | { ok: false; problem: Problem };

/** How the store reaches the server and this browser's memory. */
export interface Ports {
  send: (document: FlowDocument, revision: number) => Promise<Sent>;
  fetch: () => Promise<Base>;
  /** Keeps what is not saved yet, for when the page is left; null forgets it. */
  keep: (unsaved: { document: FlowDocument; base: Base } | null) => void;
}

const PAUSE = 1000;
const AGAIN = [2000, 5000, 10_000, 20_000];

export class DraftStore {
  private state: DraftState;
  private readonly ports: Ports;
  private readonly listeners = new Set<() => void>();
  private timer?: ReturnType<typeof setTimeout>;
  private running?: Promise<void>;
  private tries = 0;

  constructor(base: Base, ports: Ports, faults?: Fault[]) {
    this.ports = ports;
    this.state = { history: begin(base.document), base, saving: 'saved', faults };
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  snapshot = () => this.state;

  change = (next: FlowDocument, label: string, merge?: string) =>
    this.edited(changed(this.state.history, next, label, merge));
  undo = () => this.edited(undone(this.state.history));
  redo = () => this.edited(redone(this.state.history));
  /** The field that was typed in is left. */
  settle = () => this.set({ history: settled(this.state.history) });

  /** Sends at once what is not saved; throws the server's problem where that does not work. */
  flush = async () => {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (this.isSaved()) return;
    await this.send();
    if (this.state.problem && !this.isSaved()) throw this.state.problem;
  };

  /** What publishing would say of what the server has. */
  told = (faults: Fault[]) => {
    if (this.state.faults === undefined) this.set({ faults });
  };

  isSaved = () => this.state.history.now === this.state.base.document;

  /** Another window, or another person, saved. Without unsaved changes here it is simply shown. */
  async heard(): Promise<boolean> {
    if (this.state.saving !== 'saved' || this.running) return false;
    const next = await this.ports.fetch();
    if (this.state.saving !== 'saved' || this.running || next.revision === this.state.base.revision)
      return false;
    this.set({ history: begin(next.document), base: next, faults: undefined });
    return true;
  }

  /** What was not saved when the page was left, over what the server has now. */
  restore(unsaved: FlowDocument, base: Base, label: string) {
    const theirs = this.state.base;
    this.set({ history: changed(begin(base.document), unsaved, label) });
    if (base.revision === theirs.revision) return this.edited(this.state.history, true);
    this.set({ base, saving: 'conflict', theirs });
    this.keep();
  }

  /** Ends a conflict: from here on the server's state counts as known, and this document stands over it. */
  resolve(document: FlowDocument, label: string) {
    const { theirs, history } = this.state;
    if (!theirs) return;
    // What the server has is taken as it is where nothing of mine remains.
    const next = isSameFlow(document, theirs.document) ? theirs.document : document;
    this.set({ base: theirs, theirs: undefined, saving: 'saved', problem: undefined });
    this.edited(changed(history, next, label), true);
  }

  /** When the page is left for good, nothing more is sent from here. */
  close() {
    clearTimeout(this.timer);
    this.keep();
  }

  private edited(history: History<FlowDocument>, always = false) {
    if (history === this.state.history && !always) return;
    const held = this.state.saving === 'conflict';
    this.set({ history, saving: held ? 'conflict' : this.running ? 'saving' : 'waiting' });
    this.keep();
    if (held) return;
    if (this.isSaved()) {
      clearTimeout(this.timer);
      if (!this.running) this.set({ saving: 'saved', problem: undefined });
    } else this.later(PAUSE);
  }

  private keep() {
    const { history, base } = this.state;
    this.ports.keep(this.isSaved() ? null : { document: history.now, base });
  }

  private later(pause: number) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(), pause);
  }

  private send(): Promise<void> {
    this.running ??= this.sending().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async sending() {
    const { history, base } = this.state;
    const document = history.now;
    if (document === base.document || this.state.saving === 'conflict') return;
    this.set({ saving: 'saving' });
    const sent = await this.ports.send(document, base.revision);
    if (sent.ok) {
      this.hasArrived(document, sent.revision, { faults: sent.faults, flow: sent.flow });
    } else await this.failed(sent.problem, document);
  }

  private hasArrived(document: FlowDocument, revision: number, told: Partial<DraftState>) {
    this.tries = 0;
    this.set({ ...told, base: { document, revision }, problem: undefined });
    this.set({ saving: this.isSaved() ? 'saved' : 'waiting' });
    this.keep();
    if (!this.isSaved()) this.later(PAUSE);
  }

  private async failed(problem: Problem, document: FlowDocument) {
    if (problem.status === 412) {
      try {
        const theirs = await this.ports.fetch();
        if (isSameFlow(theirs.document, document)) {
          // It was saved, and only the answer was lost; or another window saved the same.
          return this.hasArrived(document, theirs.revision, {});
        }
        this.set({ saving: 'conflict', theirs, problem: undefined });
        return;
      } catch {
        // It is found out at the next try.
      }
    }
    const isAway = [0, 401, 412, 429, 503].includes(problem.status);
    this.set({
      saving: isAway ? 'away' : 'refused',
      problem,
      ...(problem.faults?.length && { faults: problem.faults }),
    });
    if (isAway) this.later(AGAIN[Math.min(this.tries++, AGAIN.length - 1)] ?? PAUSE);
  }

  private set(next: Partial<DraftState>) {
    this.state = { ...this.state, ...next };
    for (const listener of this.listeners) listener();
  }
}
