/** The answers to a tile's questions. The KPI strip's many small questions travel together. */
import { ApiError } from '#portal/api/api-error.ts'
import { client } from '#portal/api/client.ts'
import { limited } from '#portal/api/limit.ts'
import type { CountedIn, MetricRequestInput, MetricResult } from '#api/contract/metrics.ts'

const atOnce = 20
const limit = limited(3)
export interface Answers {
  results: MetricResult[]
  /** Of answers that the server had kept: when they were read, and by how much earlier than asked their windows end. */
  kept: { at: string; earlierMs: number } | null
}
interface Waiting {
  requests: MetricRequestInput[]
  resolve: (answers: Answers) => void
  reject: (cause: unknown) => void
}
let waiting: Waiting[] = []

export async function askAlone(requests: MetricRequestInput[], signal?: AbortSignal): Promise<Answers> {
  return limit(async () => {
    const { results, kept } = await client.metrics(requests, signal)
    if (kept === undefined) return { results, kept: null }
    const earlier = requests.map((asked, index) => earlierMs(asked, kept.counted_in[index] ?? {}))
    return { results, kept: { at: kept.at, earlierMs: Math.max(0, ...earlier) } }
  }, signal)
}

function earlierMs(asked: MetricRequestInput, counted: CountedIn): number {
  return asked.to === undefined || counted.to === undefined ? 0 : Date.parse(asked.to) - Date.parse(counted.to)
}

export function askTogether(requests: MetricRequestInput[]): Promise<Answers> {
  return new Promise((resolve, reject) => {
    if (waiting.length === 0) setTimeout(flush, 0)
    waiting.push({ requests, resolve, reject })
  })
}

function flush(): void {
  const all = waiting
  waiting = []
  let pack: Waiting[] = []
  for (const one of all) {
    if (pack.flatMap((member) => member.requests).length + one.requests.length > atOnce) {
      void answer(pack)
      pack = []
    }
    pack.push(one)
  }
  void answer(pack)
}

async function answer(pack: Waiting[]): Promise<void> {
  try {
    const { results, kept } = await askAlone(pack.flatMap((one) => one.requests))
    let start = 0
    for (const one of pack) one.resolve({ results: results.slice(start, (start += one.requests.length)), kept })
  } catch (cause) {
    // One wrong question must not blank its neighbours: each is asked again by itself.
    const refused = cause instanceof ApiError && !cause.retryable && pack.length > 1
    for (const one of pack) {
      if (refused) void askAlone(one.requests).then(one.resolve, one.reject)
      else one.reject(cause)
    }
  }
}
