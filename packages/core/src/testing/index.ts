/** For provider authors: prove a provider with one suite, and answer it from recordings. */
export { type ConformanceCheck, type ConformanceOptions, conformance } from './conformance.ts'
export { type Recording, ReplayClient } from './replay-client.ts'
export { ReplayWeb } from './replay-web.ts'
