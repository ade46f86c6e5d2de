/** Which connections fail now: their last call did, and none has worked since. */
import type { Schemas } from '@/api/client';

type Connection = Pick<Schemas['Connection'], 'last_error' | 'last_ok_at' | 'paused_until'>;

export const failing = <C extends Connection>(connections: C[], now = Date.now()): C[] =>
  connections.filter((one) => {
    if (one.paused_until && Date.parse(one.paused_until) > now) return true;
    if (!one.last_error) return false;
    return !one.last_ok_at || Date.parse(one.last_error.at) > Date.parse(one.last_ok_at);
  });
