import { isMap } from './members.ts'
import { pathText } from './path.ts'
import type { Review } from './review.ts'

/** Reports each item of a section that says for a member what an earlier one has said. */
export function reportTwins(items: readonly unknown[], section: string, member: string, review: Review): void {
  const values = items.map((item) => (isMap(item) ? item[member] : undefined))
  const firsts = new Map<unknown, number>()
  for (const [index, value] of values.entries()) {
    const first = firsts.get(value)
    if (first === undefined) firsts.set(value, index)
    else if (value !== undefined) {
      review.add([section, index, member], `is the same as ${pathText([section, first, member])}; each has its own`)
    }
  }
}
