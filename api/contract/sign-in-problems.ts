/**
 * Why signing in elsewhere led back to the sign-in page: the closed list of `problem` in its address. Apart from the schemas, so
 * that the portal brings none of them along.
 */
export const signInProblems = [
  'unreachable',
  'lapsed',
  'denied',
  'failed',
  'no_email',
  'no_role',
  'account_exists',
  'disabled',
  'no_sign_out',
] as const
export type SignInProblem = (typeof signInProblems)[number]
