/** Every page, and the address it has. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Area, loadTexts } from './i18n';
import { Crashed } from './shell/Crashed';
import { Gate } from './shell/Gate';
import { NotFound } from './shell/NotFound';

const root = createRootRoute({ component: Gate, notFoundComponent: NotFound, errorComponent: Crashed });

type Search = Record<string, string | undefined>;
/** State of pages stands in their address: filters, tabs, what is selected. Everything is text, and absent where unset. */
const validateSearch = (search: Record<string, unknown>): Search =>
  Object.fromEntries(
    Object.entries(search)
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .map(([key, value]) => [key, String(value)]),
  );

/** `texts`: the areas whose texts the page and what it opens say; a test holds this against what they import. */
const page = <P extends string>(
  path: P,
  load: () => Promise<{ default: () => ReactNode }>,
  texts: Area[],
) => {
  const both = async () => (await Promise.all([load(), loadTexts(texts)]))[0];
  return createRoute({
    getParentRoute: () => root,
    path,
    validateSearch,
    component: lazyRouteComponent(both),
  });
};

const routeTree = root.addChildren([
  page('/', () => import('./pages/home/HomePage'), ['builder', 'flows', 'home']),
  page('/overview', () => import('./pages/overview/OverviewPage'), ['overview']),
  page('/flows', () => import('./pages/flows/FlowsPage'), ['flows', 'home']),
  page('/flows/import', () => import('./pages/flows/ImportPage'), ['flows', 'home']),
  page('/flows/$slug', () => import('./pages/builder/BuilderPage'), [
    'admin',
    'builder',
    'connections',
    'flows',
    'panel',
  ]),
  page('/flows/$slug/versions', () => import('./pages/flows/VersionsPage'), ['admin', 'flows']),
  page('/runs', () => import('./pages/runs/RunsPage'), ['builder', 'runs']),
  page('/runs/incoming', () => import('./pages/runs/IncomingPage'), ['builder', 'runs']),
  page('/runs/$run', () => import('./pages/runs/RunPage'), ['admin', 'builder', 'runs']),
  page('/dead-letters', () => import('./pages/runs/DeadLettersPage'), ['admin', 'builder', 'runs']),
  page('/approvals', () => import('./pages/approvals/ApprovalsPage'), ['admin', 'approvals', 'builder']),
  page('/map', () => import('./pages/map/MapPage'), ['map']),
  page('/connections', () => import('./pages/connections/ConnectionsPage'), ['admin', 'connections']),
  page('/connections/$name', () => import('./pages/connections/ConnectionPage'), ['admin', 'connections']),
  page('/connectors', () => import('./pages/connectors/ConnectorsPage'), ['connectors']),
  page('/connectors/$connector', () => import('./pages/connectors/ConnectorPage'), ['admin', 'connectors']),
  page('/secrets', () => import('./pages/admin/SecretsPage'), ['admin', 'connections']),
  page('/people', () => import('./pages/admin/PeoplePage'), ['admin']),
  page('/settings', () => import('./pages/admin/SettingsPage'), ['admin']),
  page('/profile', () => import('./pages/admin/ProfilePage'), ['admin', 'connections']),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  // Search parameters are plain text in the address, as people read and write them.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const set = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
    const text = new URLSearchParams(set as [string, string][]).toString();
    return text ? `?${text}` : '';
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
