import { join } from 'node:path'
import { freePorts } from '../ports.ts'
import { accessKey, modelOf, region, type Target } from './target.ts'

/** Portkey's open-source gateway, as npm has it. */
export const portkey: Target = {
  id: 'portkey',
  title: 'Portkey',
  serves: () => true,
  warmth: 2,
  async start({ upstream, run }) {
    const ports = await freePorts(1)
    const [port = 0] = ports
    const script = join(import.meta.dirname, '../../node_modules/@portkey-ai/gateway/build/start-server.js')
    const child = await run({ name: 'portkey', args: [script, `--port=${port}`, '--headless'], ports })
    return {
      child,
      call(row) {
        const host = `http://127.0.0.1:${upstream[row.pace]}`
        const headers =
          row.upstream === 'openai'
            ? {
                authorization: 'Bearer sk-bench',
                'x-portkey-provider': 'openai',
                'x-portkey-custom-host': `${host}/v1`,
              }
            : {
                'x-portkey-provider': 'bedrock',
                'x-portkey-aws-access-key-id': accessKey.id,
                'x-portkey-aws-secret-access-key': accessKey.secret,
                'x-portkey-aws-region': region,
                'x-portkey-custom-host': host,
              }
        return { port, path: '/v1/chat/completions', headers, model: modelOf(row), expected: 'chat' }
      },
    }
  },
}
