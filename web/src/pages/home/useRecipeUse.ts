/** "Use this recipe": a draft of one's own, its first test under way, and the builder open where the mapping is. */
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useConnections } from '@/api/connections';
import { readRecipe } from '@/api/recipes';
import { say } from '@/i18n';
import { setTour } from '@/shell/tour';
import { beginFromRecipe, openingOf } from '../flows/begin';
import { withConnections } from './recipes';

export function useRecipeUse() {
  const navigate = useNavigate();
  const connections = useConnections();
  return useMutation({
    mutationFn: async (slug: string) => {
      const recipe = await readRecipe(slug);
      return beginFromRecipe(
        { ...recipe, document: withConnections(recipe.document, connections.data ?? []) },
        { slug, name: say(recipe.title), mayRename: true },
      );
    },
    onSuccess: async (begun) => {
      setTour(begun.slug);
      await navigate({ to: `/flows/${begun.slug}`, search: openingOf(begun) });
    },
  });
}
