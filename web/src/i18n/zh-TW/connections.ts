import type { connections as english } from '../en/connections';

export const connections = {} satisfies typeof english;
