import { defineConfig, mergeConfig } from 'vitest/config';
import vite from './vite.config.ts';

/** What is pure runs without a page, all in one place; what renders (`.test.tsx`) gets a page for each file. */
export default mergeConfig(
  vite,
  defineConfig({
    test: {
      css: false,
      server: { deps: { inline: [/@rjsf\/mantine/] } },
      projects: [
        {
          extends: true,
          test: {
            name: 'pure',
            environment: 'node',
            isolate: false,
            include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
          },
        },
        {
          extends: true,
          test: {
            name: 'pages',
            environment: 'jsdom',
            setupFiles: ['tests/setup.ts'],
            include: ['src/**/*.test.tsx', 'tests/**/*.test.tsx'],
          },
        },
      ],
    },
  }),
);
