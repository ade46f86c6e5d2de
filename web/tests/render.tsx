/** Renders a part of a page with its texts, theme and queries, as it would stand in the page. */
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { configure, render } from '@testing-library/react';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { vi } from 'vitest';
import { type Area, loadTexts, startLanguages } from '@/i18n';
import { theme } from '@/theme';

// Lazy parts and busy machines take their time.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 40_000 });

/** Before all tests of a file: English, with the texts of these areas. */
export async function speak(...areas: Area[]) {
  localStorage.setItem('causeway.language', 'en');
  if (!i18next.isInitialized) await startLanguages();
  await loadTexts(areas);
}

export function show(element: ReactNode) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={client}>
      <MantineProvider theme={theme} env="test">
        {element}
      </MantineProvider>
    </QueryClientProvider>,
  );
}
