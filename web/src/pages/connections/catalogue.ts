/** How connections of a connector are made. */
import type { Connector } from '@/api/catalogue';

export const authOf = (connector: Connector | null | undefined, auth: string | null | undefined) =>
  connector?.connection?.auth.find((form) => form.name === auth);
