/** The router as a library: load a configuration and serve it. */
export { ConfigError, type ConfigFault } from './config/fault.ts'
export { type Config, loadConfig } from './config/load.ts'
export { type ServeOptions, type Serving, serve } from './serve.ts'
