/** Every page, and the address it has. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { ReactNode } from 'react';
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

const page = <P extends string>(path: P, load: () => Promise<{ default: () => ReactNode }>) =>
  createRoute({ getParentRoute: () => root, path, validateSearch, component: lazyRouteComponent(load) });

const routeTree = root.addChildren([
  page('/', () => import('./pages/home/HomePage')),
  page('/overview', () => import('./pages/overview/OverviewPage')),
  page('/flows', () => import('./pages/flows/FlowsPage')),
  page('/flows/import', () => import('./pages/flows/ImportPage')),
  page('/flows/$slug', () => import('./pages/builder/BuilderPage')),
  page('/flows/$slug/versions', () => import('./pages/flows/VersionsPage')),
  page('/runs', () => import('./pages/runs/RunsPage')),
  page('/runs/incoming', () => import('./pages/runs/IncomingPage')),
  page('/runs/$run', () => import('./pages/runs/RunPage')),
  page('/dead-letters', () => import('./pages/runs/DeadLettersPage')),
  page('/approvals', () => import('./pages/approvals/ApprovalsPage')),
  page('/map', () => import('./pages/map/MapPage')),
  page('/connections', () => import('./pages/connections/ConnectionsPage')),
  page('/connections/$name', () => import('./pages/connections/ConnectionPage')),
  page('/connectors', () => import('./pages/connectors/ConnectorsPage')),
  page('/connectors/$connector', () => import('./pages/connectors/ConnectorPage')),
  page('/secrets', () => import('./pages/admin/SecretsPage')),
  page('/people', () => import('./pages/admin/PeoplePage')),
  page('/settings', () => import('./pages/admin/SettingsPage')),
  page('/profile', () => import('./pages/admin/ProfilePage')),
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
