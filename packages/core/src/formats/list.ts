import { z } from 'zod'

/**
 * An array whose check ends at the first item at fault. `z.array` reports every one: of a body with a million wrong items that is a
 * million faults, and minutes of work that anybody may ask for.
 */
export const list = <Item extends z.ZodType>(item: Item) =>
  z.array(z.unknown()).transform((values, context): z.output<Item>[] => {
    const items: z.output<Item>[] = []
    for (const [index, value] of values.entries()) {
      const read = item.safeParse(value)
      if (!read.success) {
        for (const issue of read.error.issues) {
          // Zod's types tell issues with their input from those without; at run time they are one.
          context.issues.push({ ...issue, input: value, path: [index, ...issue.path] } as z.core.$ZodRawIssue)
        }
        return z.NEVER
      }
      items.push(read.data)
    }
    return items
  })
