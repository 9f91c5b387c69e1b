import type { ChatCacheControl } from '@moho/core'
import type { CacheFacts } from '../models.ts'
import { factsOfTarget, type Translation } from './translation.ts'
import type {
  CachePointBlock,
  ContentBlock,
  ConverseRequest,
  SystemBlock,
  Tool,
  ToolResultContentBlock,
} from './wire.ts'

type Block = SystemBlock | ContentBlock | Tool

/** Where a mark may stand. Converse has no marks inside the result of a tool: they go after it. */
export type MarkPlace = 'tools' | 'system' | 'messages' | 'tool results'

/**
 * The `cache_control` marks of one request. Each becomes a block of its own after what it marks; `settle` then takes out those that
 * the model would refuse or pass over. A mark only saves money, so whatever becomes of it is reported and no fault.
 */
export interface CacheMarks {
  /** The block for a mark; `undefined` where there is none, or none that the model takes here. `path`: the member that has the mark. */
  of(control: ChatCacheControl | null | undefined, path: string, place: MarkPlace): CachePointBlock | undefined
  settle(body: ConverseRequest): void
}

export function cacheMarks(call: Translation): CacheMarks {
  /** Made with the first mark: most requests have none. */
  let paths: Map<CachePointBlock, string> | undefined
  const pathOf = (block: CachePointBlock): string => paths?.get(block) ?? 'cache_control'
  const { cache } = factsOfTarget(call)
  const facts = cache ?? (call.target.model.features === undefined ? unlisted : undefined)
  return {
    of(control, path, place) {
      if (control === undefined || control === null) return undefined
      const member = `${path}.cache_control`
      for (const key in control) {
        if (key !== 'type' && key !== 'ttl')
          call.dropped(`${member}.${key}`, 'Bedrock’s cache points have no such member')
      }
      if (facts === undefined) {
        call.dropped(member, 'This model keeps no prompts on request')
        return undefined
      }
      if (facts.places === 'outside-tools' && (place === 'tools' || place === 'tool results')) {
        call.dropped(member, `This model takes no cache points among ${place}`)
        return undefined
      }
      const hour = control.ttl === '1h'
      if (hour && facts.hour === undefined) call.dropped(`${member}.ttl`, 'This model keeps prompts for five minutes')
      const block: CachePointBlock = { cachePoint: { type: 'default', ...(hour && facts.hour && { ttl: '1h' }) } }
      paths ??= new Map()
      paths.set(block, member)
      return block
    },
    settle(body) {
      if (paths === undefined || facts === undefined) return
      const standing: CachePointBlock[] = []
      const remove = new Set<object>()
      let size = 0
      for (const blocks of blockLists(body)) {
        const resultsOfTools = facts.places === 'outside-tools' && blocks.some((block) => 'toolResult' in block)
        let before: Block | undefined
        for (const block of blocks) {
          if (!('cachePoint' in block)) {
            size += weight(block)
            before = block
            continue
          }
          const fault = faultOf(before, size < facts.minimum, resultsOfTools)
          if (fault === undefined) standing.push(block)
          else {
            remove.add(block)
            // Two marks in one place are one, for the longer time.
            if (fault !== 'twice') call.dropped(pathOf(block), fault)
            else if (before !== undefined && 'cachePoint' in before && block.cachePoint.ttl !== undefined)
              before.cachePoint.ttl = block.cachePoint.ttl
          }
          if (fault === undefined) before = block
        }
      }
      for (const block of standing.splice(0, standing.length - facts.most)) {
        remove.add(block)
        call.dropped(pathOf(block), `This model takes ${facts.most} cache points, and the last ones count most`)
      }
      shorten(standing)
      if (remove.size > 0) {
        for (const blocks of blockLists(body)) {
          const kept = blocks.filter((block) => !remove.has(block))
          if (kept.length === blocks.length) continue
          // One by one: there may be more than a function takes arguments.
          for (const [index, block] of kept.entries()) blocks[index] = block
          blocks.length = kept.length
        }
      }
      if (body.system?.length === 0) delete body.system
    },
  }

  /** Bedrock refuses an hour after five minutes. */
  function shorten(standing: readonly CachePointBlock[]): void {
    let short = false
    for (const block of standing) {
      if (block.cachePoint.ttl !== '1h') short = true
      else if (short) {
        delete block.cachePoint.ttl
        call.dropped(`${pathOf(block)}.ttl`, 'A mark before it is for five minutes, so this one can be for no longer')
      }
    }
  }
}

/** Of a model that nobody has listed, Bedrock is the judge, but for its limit for all. */
const unlisted: CacheFacts = { minimum: 0, most: 4, hour: true }

function faultOf(before: Block | undefined, short: boolean, resultsOfTools: boolean): string | undefined {
  if (before === undefined) return 'There is nothing before it to keep'
  if ('cachePoint' in before) return 'twice'
  if ('reasoningContent' in before) return 'Reasoning is kept with what follows it'
  if (resultsOfTools) return 'This model takes no cache points in a turn with results of tools'
  if (short) return 'What is before it is shorter than the model keeps'
  return undefined
}

/** In the order in which a prompt is read. */
function blockLists({ toolConfig, system, messages }: ConverseRequest): Block[][] {
  return [toolConfig?.tools ?? [], system ?? [], ...messages.map(({ content }) => content)]
}

/**
 * The most tokens that a block may have: more than there are of any text. A mark that is needless costs nothing, one that is left out by
 * mistake does. Files count as large.
 */
function weight(block: Block | ToolResultContentBlock): number {
  if (files.some((kind) => kind in block)) return Number.POSITIVE_INFINITY
  if ('toolResult' in block) {
    return block.toolResult.content.reduce((sum, part) => sum + weight(part), 0)
  }
  const text = 'text' in block ? block.text : JSON.stringify(block)
  return Buffer.byteLength(text) / leastBytesPerToken
}

const files = ['image', 'document', 'video', 'audio'] as const
const leastBytesPerToken = 2
