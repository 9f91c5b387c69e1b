import { conformance } from '@moho/core/testing'
import { describe, it } from 'vitest'
import { acme } from './index.ts'

const lines = (...frames: object[]) => ({ body: frames.map((frame) => `${JSON.stringify(frame)}\n`).join('') })

describe('acme', () => {
  const checks = conformance({
    provider: acme,
    config: { baseUrl: 'https://acme.example' },
    auth: { type: 'api-key', apiKey: 'acme-secret-1234' },
    secret: 'acme-secret-1234',
    model: 'acme-large',
    answers: {
      text: lines({ say: 'Hel' }, { say: 'lo' }, { done: 'end', in: 5, out: 2 }),
      toolCall: lines(
        { think: 'Which city?' },
        { call: 0, name: 'get_weather' },
        { call: 0, input: '{"city":' },
        { call: 0, input: '"Rome"}' },
        { done: 'call', in: 9, out: 7 },
      ),
      // Acme always streams: its lines are the same.
      stream: lines({ say: 'Hel' }, { say: 'lo' }, { done: 'end', in: 5, out: 2 }),
    },
  })
  for (const { name, run } of checks) it(name, run)
})
