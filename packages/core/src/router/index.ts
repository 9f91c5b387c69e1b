/** The engine, for those who serve it: the router, and tests. */
export { chatError } from '../dialects/chat/error.ts'
export { JsonBody, memberPath } from '../wire/json-body.ts'
export { type AskingParts, askEntry } from './ask-entry.ts'
export { type Answer, type Call, createRouter, type Router, type RouterParts } from './dispatch.ts'
export { connectEntry, type Entry, type EntryModel, type EntrySettings, rowOf, slug } from './entry.ts'
export type { Outlet, OutletSink, PieceEncoding } from './outlet.ts'
export { type Access, findModel, operationsOf } from './resolve.ts'
