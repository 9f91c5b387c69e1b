import { type ConverseCall, modelError, placedBlocks } from '../call.ts'
import { malformedInput } from './fields.ts'

/** Rules about cache points: where they may stand, for how long they hold. */

export function cachesWithoutSupport({ body, model }: ConverseCall): string | undefined {
  if (model?.cache !== undefined || cachePoints(body).length === 0) return undefined
  return 'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.'
}

export function cachesToolsWithoutSupport({ body, model }: ConverseCall): string | undefined {
  if (model?.cache?.tools !== false) return undefined
  const tool = (body.toolConfig?.tools ?? []).findIndex((entry) => entry.cachePoint)
  if (tool !== -1) return malformedInput(`#/toolConfig/tools/${tool}: extraneous key [cachePoint] is not permitted`)
  const beside = placedBlocks(body).find(
    ({ block, message }) => block.cachePoint && message.content.some((other) => other.toolResult),
  )
  if (!beside) return undefined
  return malformedInput(`#/${beside.place.replaceAll('.', '/')}: extraneous key [cachePoint] is not permitted`)
}

// The wording for models other than Claude is inferred.
export function cachesLongWithoutSupport({ body, model }: ConverseCall): string | undefined {
  const found = cachePoints(body).find(({ ttl }) => model?.cache && !model.cache.ttls.includes(ttl))
  if (!found) return undefined
  if (model?.family === 'claude') {
    return modelError(`${found.place}.cache_control.ephemeral.ttl: Extra inputs are not permitted`)
  }
  return malformedInput(`#/${found.pointer}/cachePoint: extraneous key [ttl] is not permitted`)
}

// The wording is inferred.
export function cachesNothing({ body }: ConverseCall): string | undefined {
  const found = cachePoints(body).find(({ isAlone }) => isAlone)
  return found && `The cachePoint at ${found.place} must come directly after the content that it covers.`
}

export function cachesThought({ body, model }: ConverseCall): string | undefined {
  if (model?.family !== 'claude') return undefined
  for (const [index, { content }] of (body.messages ?? []).entries()) {
    const at = content.findIndex((block, position) => block.reasoningContent && content[position + 1]?.cachePoint)
    if (at !== -1) {
      return modelError(
        `messages.${index}.content.${at}.thinking: cache_control cannot be set for thinking blocks. Set it on another block.`,
      )
    }
  }
  return undefined
}

export function hasTooManyCachePoints({ body }: ConverseCall): string | undefined {
  const count = cachePoints(body).length
  if (count <= 4) return undefined
  return modelError(`A maximum of 4 blocks with cache_control may be provided. Found ${count}.`)
}

export function lengthensCacheTtl({ body }: ConverseCall): string | undefined {
  const points = cachePoints(body)
  const at = points.findIndex(
    (entry, index) => entry.ttl === '1h' && points.slice(0, index).some((earlier) => earlier.ttl === '5m'),
  )
  const found = points[at]
  if (!found) return undefined
  return modelError(
    `${found.place}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: \`tools\`, \`system\`, \`messages\`.`,
  )
}

interface CachePoint {
  readonly ttl: '5m' | '1h'
  readonly place: string
  readonly pointer: string
  /** Nothing comes before it in its list but another cache point. */
  readonly isAlone: boolean
}

// In the order in which a prompt is read, which is also the order that the rules speak of.
function cachePoints(body: ConverseCall['body']): CachePoint[] {
  return [
    ...inList(body.toolConfig?.tools, 'tools', 'toolConfig/tools'),
    ...inList(body.system, 'system'),
    ...(body.messages ?? []).flatMap(({ content }, index) => inList(content, `messages.${index}.content`)),
  ]
}

function inList(
  list: readonly { readonly cachePoint?: { readonly ttl?: '5m' | '1h' | undefined } | undefined }[] = [],
  place: string,
  pointer = place.replaceAll('.', '/'),
): CachePoint[] {
  return list.flatMap(({ cachePoint }, index) => {
    if (!cachePoint) return []
    const before = list[index - 1]
    const isAlone = before === undefined || before.cachePoint !== undefined
    return [{ ttl: cachePoint.ttl ?? '5m', place: `${place}.${index}`, pointer: `${pointer}/${index}`, isAlone }]
  })
}
