/** Recipes: which fit the systems that were chosen, in the order of a company's work, and what each still needs. */
import type { Schemas, Text } from '@/api/client';
import type { RecipeSummary } from '@/api/recipes';
import type { FlowDocument, Step } from '@/flow/types';
import { connectorOf } from '@/flow/use';
import { walkSteps } from '@/flow/walk';

const STAGES: Schemas['Stage'][] = ['customer_master', 'orders', 'stock', 'finance', 'reports', 'other'];

/** Chosen instead of a system: what runs with the built-in sample, without any connection. */
export const SAMPLE = 'sample';

/** Of no company's system: plain calls need no connection. */
const PLAIN = new Set(['http', 'graphql']);
export const systemsOf = (recipe: Pick<RecipeSummary, 'connectors'>) =>
  recipe.connectors.filter((connector) => !PLAIN.has(connector));

/** All chosen systems take part; with the sample alone, no system does. */
export function fits(recipe: RecipeSummary, chosen: string[]): boolean {
  const systems = systemsOf(recipe);
  if (chosen.includes(SAMPLE) && systems.length === 0) return true;
  const wanted = chosen.filter((one) => one !== SAMPLE);
  if (chosen.includes(SAMPLE) && wanted.length === 0) return false;
  return wanted.every((one) => systems.includes(one));
}

export function matches(recipe: RecipeSummary, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return true;
  const both = ({ en, 'zh-TW': zh }: Text) => `${en} ${zh}`;
  return [both(recipe.title), both(recipe.summary), recipe.slug, ...recipe.connectors, ...recipe.tags]
    .join(' ')
    .toLowerCase()
    .includes(wanted);
}

/** By stage, in the order of a company's work; what needs no connection stands first in each. */
export function byStage(recipes: RecipeSummary[]): { stage: Schemas['Stage']; recipes: RecipeSummary[] }[] {
  return STAGES.map((stage) => ({
    stage,
    recipes: recipes
      .filter((recipe) => recipe.stage === stage)
      .sort((a, b) => systemsOf(a).length - systemsOf(b).length),
  })).filter((group) => group.recipes.length > 0);
}

type Known = Pick<Schemas['Connection'], 'name' | 'connector'>;
interface Need {
  connector: string;
  /** As the recipe names the connection. */
  name: string;
  /** The connection that will be taken. */
  taken?: string;
}

/** A connection of the name that the recipe says, else the only one of its system. */
function taken(name: string, connector: string, connections: Known[]): string | undefined {
  const fitting = connections.filter((one) => one.connector === connector);
  return (fitting.find((one) => one.name === name) ?? (fitting.length === 1 ? fitting[0] : undefined))?.name;
}

const places = (document: FlowDocument): { use: string; connection?: string }[] => [
  document.trigger,
  ...[...walkSteps(document)].map(({ step }) => step),
];

/** Which connections a document asks for, each once. */
export function needsOf(document: FlowDocument, connections: Known[]): Need[] {
  const needs = new Map<string, Need>();
  for (const { use, connection } of places(document)) {
    const connector = connectorOf(use);
    if (!connection || !connector || connection.includes('{{')) continue;
    const found = taken(connection, connector, connections);
    needs.set(`${connector} ${connection}`, { connector, name: connection, ...(found && { taken: found }) });
  }
  return [...needs.values()];
}

/** The document with the connections that this installation has under other names. */
export function withConnections(document: FlowDocument, connections: Known[]): FlowDocument {
  const renamed = <P extends { use: string; connection?: string }>(place: P): P => {
    const found = place.connection && taken(place.connection, connectorOf(place.use) ?? '', connections);
    return found && found !== place.connection ? { ...place, connection: found } : place;
  };
  const step = (one: Step): Step => {
    const next = renamed(one);
    const body = next.with?.body;
    return Array.isArray(body) ? { ...next, with: { ...next.with, body: (body as Step[]).map(step) } } : next;
  };
  return { ...document, trigger: renamed(document.trigger), steps: document.steps.map(step) };
}
