import { defineConfig } from 'vitest/config'

/**
 * Packages are tested from their sources: `moho-source` comes first in each package's exports. Without `import`, which would give those
 * that are required, by pg for one, in a form that they cannot be required in.
 */
const conditions = ['moho-source', 'node', 'default']

export default defineConfig({
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: { include: ['src/**/*.test.ts', 'test/**/*.test.ts'], testTimeout: 20_000, hookTimeout: 30_000 },
})
