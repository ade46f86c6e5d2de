/** All texts of this language, by area. */

import { admin } from './admin';
import { approvals } from './approvals';
import { builder } from './builder';
import { common } from './common';
import { connections } from './connections';
import { connectors } from './connectors';
import { flows } from './flows';
import { home } from './home';
import { map } from './map';
import { overview } from './overview';
import { panel } from './panel';
import { runs } from './runs';
import { shell } from './shell';

export const texts = {
  common,
  shell,
  home,
  flows,
  builder,
  panel,
  runs,
  approvals,
  connections,
  connectors,
  admin,
  overview,
  map,
};
