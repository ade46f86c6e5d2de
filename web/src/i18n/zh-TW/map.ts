import type { map as english } from '../en/map';

export const map = {} satisfies typeof english;
