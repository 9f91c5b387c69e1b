import { z } from 'zod'

/** An entry's own members. */
export const openAiConfig = z.object({
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'Write a URL as in https://api.openai.com/v1.' })
    .default('https://api.openai.com/v1')
    .transform((url) => url.replace(/\/+$/, ''))
    .meta({
      title: 'Base URL',
      help: 'Up to and with the version: /chat/completions and the others are put behind it.',
      order: 1,
    }),
  streamUsage: z.boolean().default(true).meta({
    title: 'Ask for usage in streams',
    help: 'Off for an upstream that refuses `stream_options`. Streams are then unmeasured, unless it tells usage by itself.',
    order: 2,
  }),
})
