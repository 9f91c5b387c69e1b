import { defineConfig } from 'vitest/config'

/** Packages are tested from their sources: `moho-source` comes first in each package's exports. */
export default defineConfig({
  ssr: { resolve: { conditions: ['moho-source', 'node', 'import', 'default'] } },
  resolve: { conditions: ['moho-source', 'node', 'import', 'default'] },
  test: { include: ['src/**/*.test.ts', 'test/**/*.test.ts'], testTimeout: 20_000, hookTimeout: 30_000 },
})
