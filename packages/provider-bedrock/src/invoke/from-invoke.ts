import type { ReadError, StringMap, Translate } from '@moho/core'
import { isObject, notAnAnswer, readObject } from '../converse/reading.ts'
import { answerReader } from './answer-reader.ts'
import type { InvokeFormat } from './format.ts'

/** InvokeModel's answer, the whole body, as verbs. `headers` are the response's: its id, its tier, and counts that the body lacks. */
export const fromInvoke = (format: InvokeFormat, headers: StringMap, readError?: ReadError): Translate => {
  return (out) => {
    const answer = answerReader(format, headers, readError, out)
    return {
      frame(data) {
        if (format === 'openai-chat') requireChoices(data)
        answer.read(data)
      },
      end: () => answer.end(),
    }
  }
}

/** A 200 may carry anything: an error of AWS's front, a proxy's page, half of a body. */
function requireChoices(data: string): void {
  const answer = readObject(data)
  if (!Array.isArray(answer.choices) && !isObject(answer.error)) throw notAnAnswer(answer, 'no choices', data)
}
