/** As much of the issuer of the tests as they use; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export type Context = {
    path: string
    status: number
    body: unknown
    oidc: {
      client?: { clientId: string }
      session?: { accountId?: string }
      params?: { scope?: string }
    }
  }

  export default class Provider {
    constructor(issuer: string, settings: object)
    readonly Grant: new (about: { clientId: string | undefined; accountId: string | undefined }) => {
      addOIDCScope(scope: string): void
      save(): Promise<string>
    }
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void
    callback(): (request: IncomingMessage, response: ServerResponse) => void
  }
}
