/** One structured log on standard error; what the terminal shows at start is not a log. */
import { type Logger, pino } from 'pino'

export type Log = Logger

export function createLog(level: string): Log {
  return pino(
    {
      level,
      redact: {
        paths: ['req.headers.cookie', 'req.headers.authorization', '*.password', '*.connectionString'],
        censor: '[hidden]',
      },
    },
    pino.destination(2),
  )
}
