import type { connectors as english } from '../en/connectors';

export const connectors = {} satisfies typeof english;
