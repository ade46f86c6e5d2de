import type { runs as english } from '../en/runs';

export const runs = {} satisfies typeof english;
