import type { ReceivedRequest } from '../request.ts'

/** The parameters of a call in the query protocol: `Action=…&Version=…`, in the body of a POST or the query of a GET. */
export function readForm(request: ReceivedRequest): URLSearchParams {
  return new URLSearchParams(textOf(request))
}

/** Whether a request speaks the query protocol at all. */
export function hasAction(request: ReceivedRequest): boolean {
  return /^(?:GET|POST)$/.test(request.method) && /(?:^|&)Action=/.test(textOf(request))
}

/** The members of a list, such as `Tags.member.1.Key`, in order; the position may have gaps. */
export function membersOf(form: URLSearchParams, list: string): readonly Member[] {
  const members = new Map<number, Map<string, string>>()
  for (const [name, value] of form) {
    if (!name.startsWith(`${list}.member.`)) continue
    const [position = '', field = ''] = name.slice(`${list}.member.`.length).split('.')
    if (!/^[1-9]\d{0,5}$/.test(position)) continue
    const member = members.get(Number(position)) ?? new Map<string, string>()
    members.set(Number(position), member.set(field, value))
  }
  return [...members].sort(([a], [b]) => a - b).map(([position, fields]) => ({ position, fields }))
}

export interface Member {
  readonly position: number
  /** Field → value; the field of a list of texts has no name. */
  readonly fields: ReadonlyMap<string, string>
}

function textOf({ method, rawQuery, body }: ReceivedRequest): string {
  return method === 'GET' ? rawQuery : body.toString()
}
