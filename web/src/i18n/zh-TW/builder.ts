import type { builder as english } from '../en/builder';

export const builder = {} satisfies typeof english;
