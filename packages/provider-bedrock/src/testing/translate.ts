import { ChatRequest, type Model } from '@moho/core'
import { toConverse } from '../converse/to-converse.ts'
import type { Translation } from '../converse/translation.ts'
import type { BedrockFacts } from '../models.ts'
import { resolveModel } from '../resolve.ts'

/** A chat as it would be sent to a model, with what was dropped and noted, with `hi` where the chat has no messages of its own. */
export function translate(
  chat: object,
  model: Omit<Model<BedrockFacts>, 'id'> | string = {},
  more: Partial<Translation> = {},
) {
  const dropped: string[] = []
  const notes: Record<string, string> = {}
  const row =
    typeof model === 'string'
      ? resolveModel(model, { region: 'us-east-1' }, { id: model })
      : { id: 'vendor.model', ...model }
  if (row === undefined) throw new Error(`${String(model)} is no model.`)
  const target = {
    entry: 'e',
    operation: 'chat',
    model: row,
    name: row.id,
    upstreamId: row.id,
    region: 'us-east-1',
    path: '',
  } as const
  const translated = toConverse(
    ChatRequest.parse({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...chat }),
    {
      target,
      dropped: (path) => void dropped.push(path),
      note: (name, value) => {
        notes[name] = value
      },
      ...more,
    },
  )
  return { ...translated, dropped, notes }
}

/** The fault with which a chat is refused. */
export function faultOf(...translated: Parameters<typeof translate>): unknown {
  try {
    translate(...translated)
  } catch (error) {
    return error
  }
  return undefined
}
