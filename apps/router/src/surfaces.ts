/** The public API: what is served, and what callers look for in vain and should use instead. */
const surfaces = [
  { method: 'POST', path: '/chat/completions' },
  { method: 'GET', path: '/models' },
  { method: 'GET', path: '/models/{id}' },
  { method: 'GET', path: '/health' },
  { method: 'GET', path: '/ready' },
] as const

const absent: readonly (readonly [prefix: string, api: string, instead: string])[] = [
  ['/audio', 'Audio', 'Send text to POST /v1/chat/completions.'],
  ['/moderations', 'Moderations', 'Ask a model of your choice by POST /v1/chat/completions.'],
  ['/fine_tuning', 'Fine-tuning', 'Train the model with its provider, then call it here by its id or ARN.'],
  ['/images/variations', 'Image variations', 'Describe the picture to POST /v1/chat/completions.'],
  ['/realtime', 'Realtime', 'Use POST /v1/chat/completions.'],
  ['/completions', 'Legacy completions', 'Use POST /v1/chat/completions.'],
]

/** What to tell a caller who asked for something that is not served. */
export function notServed(method: string, path: string): string {
  const known = absent.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))
  if (known !== undefined) return `Moho has no ${known[1]} API. ${known[2]}`
  const list = surfaces.map((surface) => `${surface.method} /v1${surface.path}`).join(', ')
  return `Moho does not serve ${method} ${path.slice(0, 200)}. It serves ${list}.`
}
