export { createHttpClient, type HttpClientOptions } from './http-client.ts'
export { createWebClient, type WebClientOptions } from './web-client.ts'
