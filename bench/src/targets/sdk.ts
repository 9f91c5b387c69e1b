import { join } from 'node:path'
import { freePorts } from '../ports.ts'
import { modelOf, type Target } from './target.ts'

/** A bare server on the AWS SDK. */
export const sdk: Target = {
  id: 'sdk',
  title: 'AWS SDK server',
  serves: ({ upstream }) => upstream === 'converse',
  warmth: 1.5,
  async start({ upstream, run }) {
    const ports = await freePorts(2)
    const [burst = 0, paced = 0] = ports
    const script = join(import.meta.dirname, '../../processes/sdk-server.ts')
    const args = [script, upstream.burst, upstream.paced, ...ports].map(String)
    const child = await run({ name: 'sdk', args, ports })
    return {
      child,
      call: (row) => ({
        port: row.pace === 'paced' ? paced : burst,
        path: '/v1/chat/completions',
        headers: {},
        model: modelOf(row),
        expected: 'chat',
      }),
    }
  },
}
