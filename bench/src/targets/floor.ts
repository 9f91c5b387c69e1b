import { join } from 'node:path'
import { freePorts } from '../ports.ts'
import { modelOf, type Target } from './target.ts'

/** A bare proxy: it carries the upstream's bytes and reads none. */
export const floor: Target = {
  id: 'floor',
  title: 'bare proxy',
  serves: () => true,
  warmth: 1,
  async start({ upstream, run }) {
    const ports = await freePorts(2)
    const [burst = 0, paced = 0] = ports
    const script = join(import.meta.dirname, '../../processes/floor.ts')
    const args = [script, upstream.burst, upstream.paced, ...ports].map(String)
    const child = await run({ name: 'floor', args, ports })
    return {
      child,
      call: (row) => ({
        port: row.pace === 'paced' ? paced : burst,
        path:
          row.upstream === 'openai'
            ? '/v1/chat/completions'
            : `/model/${encodeURIComponent(modelOf(row))}/converse${row.stream ? '-stream' : ''}`,
        headers: {},
        model: modelOf(row),
        expected: 'upstream',
      }),
    }
  },
}
