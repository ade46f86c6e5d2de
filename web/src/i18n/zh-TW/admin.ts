import type { admin as english } from '../en/admin';

export const admin = {} satisfies typeof english;
