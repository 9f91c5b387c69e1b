import type { Answer } from '../answer.ts'
import { type Elements, writeXml } from '../xml.ts'

/** An answer in STS's namespace; an empty `RequestId` is filled in when the number of the call is known. */
export function xmlAnswer(status: number, root: string, elements: Elements): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body: writeXml(root, NAMESPACE, elements) }
}

/** What an operation returns. */
export function resultAnswer(action: string, result: Elements): Answer {
  return xmlAnswer(200, `${action}Response`, { [`${action}Result`]: result, ResponseMetadata: { RequestId: '' } })
}

export function withRequestId(answer: Answer, requestId: string): Answer {
  if (typeof answer.body !== 'string') return answer
  return { ...answer, body: answer.body.replace('<RequestId></RequestId>', `<RequestId>${requestId}</RequestId>`) }
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'
