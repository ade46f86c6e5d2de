import type { home as english } from '../en/home';

export const home = {} satisfies typeof english;
