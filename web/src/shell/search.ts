/** Ctrl+K: one store for whoever opens it. */
import { createSpotlight } from '@mantine/spotlight';

export const [searchStore, search] = createSpotlight();
export const openSearch = () => search.open();
