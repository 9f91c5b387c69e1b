/** The most of an upstream's answer that is kept in memory at once, in bytes: far above any model's longest answer. */
export const maxAnswerBytes = 64 * 1024 * 1024
/** The most of an upstream's error that is read, in bytes. */
export const maxErrorBytes = 64 * 1024
