/** A command's words were off: told with the way to the help, without a stack. */
export class UsageError extends Error {}
