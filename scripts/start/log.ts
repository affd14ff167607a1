/** One structured log on standard error; what the terminal shows at start is not a log. */
import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

export function createLog(level: string, to: DestinationStream = pino.destination(2)): Log {
  return pino(
    {
      level,
      // What is searched for may be somebody's name, so the query of an address stays out.
      serializers: { req: ({ method, url, ip }: Asked) => ({ method, url: url?.split('?')[0], ip }) },
      redact: {
        // PostgreSQL quotes the row that it refuses in `detail` and `where`; the embedded one lists all values in `params`.
        paths: ['err.detail', 'err.where', 'err.params', '*.password', '*.connectionString'],
        censor: '[hidden]',
      },
    },
    to,
  )
}

type Asked = { readonly method?: string; readonly url?: string; readonly ip?: string }
