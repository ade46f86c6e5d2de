/** Recipes: flows to begin with. They come with the server, so that they are asked for once in a while. */
import type { FlowDocument } from '@/flow/types';
import { language } from '@/i18n';
import { api, http, must, type Schemas } from './client';

export type RecipeSummary = Schemas['Recipe'];
export type Recipe = Schemas['RecipeView'] & { document: FlowDocument };

const KEPT = { staleTime: 300_000 };
/** A recipe's document speaks the asked language: each is kept by itself. */
const params = (slug: string) => ({ path: { slug }, header: { 'Accept-Language': language() } });

export const useRecipes = () =>
  api.useQuery('get', '/api/v1/recipes', {}, { ...KEPT, select: (answer) => answer.recipes });

export const useRecipe = (slug: string | undefined) =>
  api.useQuery(
    'get',
    '/api/v1/recipes/{slug}',
    { params: params(slug ?? '') },
    { ...KEPT, enabled: slug !== undefined, select: (answer) => answer as Recipe },
  );

export const readRecipe = async (slug: string) =>
  (await must(http.GET('/api/v1/recipes/{slug}', { params: params(slug) }))) as Recipe;
