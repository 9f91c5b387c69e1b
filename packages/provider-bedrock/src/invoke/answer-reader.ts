import { type FrameSink, MohoError, type ReadError, readChat, type StringMap, type TextWriter } from '@moho/core'
import { isObject, readObject } from '../converse/reading.ts'
import { usageOf } from '../converse/usage.ts'
import type { TokenUsage } from '../converse/wire.ts'
import type { InvokeFormat } from './format.ts'
import { InvokedWriter } from './invoked-writer.ts'
import { type Counts, metricsMember, promptReader } from './prompt-reader.ts'
import type { ThoughtTags } from './split-thoughts.ts'

/** Reads one answer in the format of its maker, be it whole or an object for each piece. */
export interface AnswerReader {
  /** Its end and its usage have been told. */
  readonly over: boolean
  read(data: string): void
  /** Throws where the answer has no end. */
  end(): void
}

/** `headers`: the response's. */
export function answerReader(
  format: InvokeFormat,
  headers: StringMap,
  readError: ReadError | undefined,
  out: TextWriter,
): AnswerReader {
  const writer = new InvokedWriter(out, thoughts[format], headers)
  const prompt = format === 'openai-chat' ? undefined : promptReader(format, writer)
  const sink: FrameSink = prompt ?? readChat(writer, readError)

  const measure = (...told: readonly Counts[]) => {
    for (const counts of told) {
      // It takes none of them for granted.
      const usage = writer.measured ? undefined : usageOf(counts as TokenUsage)
      if (usage !== undefined) writer.usage(usage)
    }
  }

  return {
    get over() {
      return writer.finished && writer.measured
    },
    read(data) {
      writer.begin()
      sink.frame(data, '')
      // The last chunk of every stream has it, and only that is worth a second look.
      if (!writer.measured && data.includes(metricsMember)) measure(metricsIn(data))
    },
    end() {
      sink.end()
      if (!writer.finished) throw new MohoError('upstream_failed', 'Bedrock broke off in the middle of its answer.')
      measure(prompt?.counts() ?? {}, countsIn(headers))
    },
  }
}

/** How a model marks its reasoning in its text. DeepSeek's begins in the prompt. */
const thoughts: Readonly<Partial<Record<InvokeFormat, ThoughtTags>>> = {
  // gpt-oss has it so by InvokeModel alone.
  'openai-chat': { open: '<reasoning>', close: '</reasoning>' },
  'deepseek-r1': { close: '</think>' },
}

/** That the counts are disjoint, as they are in Converse, is inferred. */
function metricsIn(data: string): Counts {
  const metrics = readObject(data)[metricsMember]
  if (!isObject(metrics)) return {}
  const { inputTokenCount, outputTokenCount, cacheReadInputTokenCount, cacheWriteInputTokenCount } = metrics
  return {
    inputTokens: inputTokenCount,
    outputTokens: outputTokenCount,
    cacheReadInputTokens: cacheReadInputTokenCount,
    cacheWriteInputTokens: cacheWriteInputTokenCount,
  }
}

function countsIn(headers: StringMap): Counts {
  const count = (name: string) => {
    const said = headers[`x-amzn-bedrock-${name}-token-count`]
    return said === undefined || said === '' ? undefined : Number(said)
  }
  return {
    inputTokens: count('input'),
    outputTokens: count('output'),
    cacheReadInputTokens: count('cache-read-input'),
    cacheWriteInputTokens: count('cache-write-input'),
  }
}
