const PADDING = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** The member `p` of streams. Bedrock pads to hide how long a token is; here the length only has to vary. */
export function padding(seed: number): string {
  return PADDING.slice(0, 1 + ((seed * 23) % PADDING.length))
}
