import type { flows as english } from '../en/flows';

export const flows = {} satisfies typeof english;
