import type { overview as english } from '../en/overview';

export const overview = {} satisfies typeof english;
