import { auto, type BaseRow, Ki, k, M, others, text, us, usAndEu } from './row.ts'

/** Llama. By InvokeModel they take a prompt in the template of their family, with neither tools nor images. */
const prompts = { ...others, invokeFormat: 'llama3' } as const
const tools = { ...auto, invokeFormat: 'llama3' } as const
const plainTools = { ...tools, streaming: 'without-tools' } as const
const llama4 = { ...plainTools, invokeFormat: 'llama4' } as const
const ended = 'ended'

export const meta: readonly BaseRow[] = [
  text('meta.llama4-maverick-17b-instruct-v1:0', ['tools', 'vision'], 1 * M, 8 * Ki, {
    profiles: us,
    facts: llama4,
  }),
  text('meta.llama4-scout-17b-instruct-v1:0', ['tools', 'vision'], 10 * M, 8 * Ki, { profiles: us, facts: llama4 }),
  text('meta.llama3-3-70b-instruct-v1:0', ['tools'], 128 * k, 4 * Ki, {
    profiles: us,
    onDemandIn: ['us-east-2'],
    facts: tools,
  }),
  text('meta.llama3-2-90b-instruct-v1:0', ['tools', 'vision'], 128 * k, 4 * Ki, {
    lifecycle: ended,
    profiles: us,
    facts: plainTools,
  }),
  text('meta.llama3-2-11b-instruct-v1:0', ['tools', 'vision'], 128 * k, 4 * Ki, {
    lifecycle: ended,
    profiles: us,
    facts: plainTools,
  }),
  text('meta.llama3-2-3b-instruct-v1:0', [], 128 * k, 4 * Ki, { lifecycle: ended, profiles: usAndEu, facts: prompts }),
  text('meta.llama3-2-1b-instruct-v1:0', [], 128 * k, 4 * Ki, { lifecycle: ended, profiles: usAndEu, facts: prompts }),
  text('meta.llama3-1-405b-instruct-v1:0', ['tools'], 128 * k, 4 * Ki, {
    lifecycle: ended,
    apis: ['converse'],
    profiles: us,
    onDemandIn: ['us-west-2'],
    facts: { ...auto, streaming: 'without-tools' },
  }),
  text('meta.llama3-1-70b-instruct-v1:0', ['tools'], 128 * k, 4 * Ki, {
    profiles: us,
    onDemandIn: ['us-west-2'],
    facts: plainTools,
  }),
  text('meta.llama3-1-8b-instruct-v1:0', ['tools'], 128 * k, 4 * Ki, {
    profiles: us,
    onDemandIn: ['us-west-2'],
    facts: plainTools,
  }),
  text('meta.llama3-70b-instruct-v1:0', [], 8 * Ki, 2 * Ki, { lifecycle: 'legacy', facts: prompts }),
  text('meta.llama3-8b-instruct-v1:0', [], 8 * Ki, 2 * Ki, { lifecycle: 'legacy', facts: prompts }),
]
