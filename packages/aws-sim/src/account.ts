/** The account of every resource that the simulator has of its own. */
export const ACCOUNT = '123456789012'
