/** What can be done to flows, one or many at once; the list shows it before the server has said yes. */

import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { http, must, type Schemas } from '@/api/client';
import type { Flow } from '@/api/flows';
import { confirm } from '@/components/confirm';
import { refused, told } from '@/components/notify';
import { download } from '@/lib/download';
import { documentOf, duplicateFlow, fileText, jsonFile } from '../documents';
import { zip } from '../zip';

type Pages = InfiniteData<Schemas['FlowList']>;

export function useFlowActions() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const lists = { queryKey: ['get', '/api/v1/flows'] };
  const fresh = () => client.invalidateQueries(lists);

  const show = (slugs: string[], change: Partial<Flow>) =>
    client.setQueriesData<Pages>(lists, (pages) =>
      // Short lists of other pages stand under the same key, and have no pages.
      pages?.pages
        ? {
            ...pages,
            pages: pages.pages.map((page) => ({
              ...page,
              flows: page.flows.map((flow) => (slugs.includes(flow.slug) ? { ...flow, ...change } : flow)),
            })),
          }
        : pages,
    );

  /** One after another, so that a refusal names its flow; what was refused is shown as it is again. */
  const each = async (flows: Flow[], act: (slug: string) => Promise<unknown>) => {
    let done = 0;
    for (const flow of flows) {
      try {
        await act(flow.slug);
        done++;
      } catch (error) {
        refused(error);
      }
    }
    await fresh();
    return done;
  };

  const path = (slug: string) => ({ params: { path: { slug } } });

  return {
    async setEnabled(flows: Flow[], enabled: boolean) {
      const concerned = flows.filter((flow) => flow.published != null && flow.enabled !== enabled);
      await client.cancelQueries(lists);
      show(
        concerned.map((flow) => flow.slug),
        { enabled },
      );
      return each(concerned, (slug) =>
        must(
          enabled
            ? http.POST('/api/v1/flows/{slug}/enable', path(slug))
            : http.POST('/api/v1/flows/{slug}/disable', path(slug)),
        ),
      );
    },
    async setArchived(flows: Flow[], archived: boolean) {
      const sure =
        !archived ||
        (await confirm({
          title: t('flows.archive.title', { count: flows.length, name: flows[0]?.name }),
          body: t('flows.archive.body'),
          action: t('flows.do.archive'),
        }));
      if (!sure) return;
      const done = await each(flows, (slug) =>
        must(
          archived
            ? http.POST('/api/v1/flows/{slug}/archive', path(slug))
            : http.POST('/api/v1/flows/{slug}/unarchive', path(slug)),
        ),
      );
      if (done) told(t(archived ? 'flows.archive.done' : 'flows.archive.undone', { count: done }));
    },
    async remove(flow: Flow) {
      const sure = await confirm({
        title: t('flows.delete.title', { name: flow.name }),
        body: t('flows.delete.body'),
        action: t('common.delete'),
        danger: true,
        type: flow.slug,
      });
      if (!sure) return;
      await each([flow], (slug) => must(http.DELETE('/api/v1/flows/{slug}', path(slug))));
    },
    async duplicate(flow: Flow): Promise<string | undefined> {
      try {
        return await duplicateFlow(flow.slug, (name) => t('flows.copyOf', { name }));
      } catch (error) {
        refused(error);
      }
      return undefined;
    },
    /** One as JSON, several as a zip that can be imported again. */
    async exportFlows(flows: Flow[]) {
      try {
        const documents = [];
        for (const flow of flows) {
          documents.push({ slug: flow.slug, document: await documentOf(flow.slug) });
        }
        const [first] = documents;
        if (first && documents.length === 1) return download(`${first.slug}.json`, jsonFile(first.document));
        const files = documents.map(({ slug, document }) => ({
          path: `${slug}/flow.json`,
          text: fileText(document),
        }));
        download(t('flows.exportName'), new Blob([zip(files)], { type: 'application/zip' }));
      } catch (error) {
        refused(error);
      }
    },
  };
}

export type FlowActions = ReturnType<typeof useFlowActions>;
