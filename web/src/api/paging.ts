/** How lists come page by page: `api.useInfiniteQuery('get', path, init, pages())`. */
import { keepPreviousData } from '@tanstack/react-query';

export const pages = () => ({
  pageParamName: 'cursor',
  // Not `undefined`, for which the client would send a cursor of 0.
  initialPageParam: null,
  getNextPageParam: (page: { next_cursor?: string | null }) => page.next_cursor ?? undefined,
  placeholderData: keepPreviousData,
});
