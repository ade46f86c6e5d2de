import type { panel as english } from '../en/panel';

export const panel = {} satisfies typeof english;
