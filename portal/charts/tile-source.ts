/** The answers to a tile's questions. The KPI strip's many small questions travel together. */
import { ApiError } from '#portal/api/api-error.ts'
import { client } from '#portal/api/client.ts'
import { limited } from '#portal/api/limit.ts'
import type { MetricRequestInput, MetricResult } from '#api/contract/metrics.ts'

const atOnce = 20
const limit = limited(3)
interface Waiting {
  requests: MetricRequestInput[]
  resolve: (results: MetricResult[]) => void
  reject: (cause: unknown) => void
}
let waiting: Waiting[] = []

export async function askAlone(requests: MetricRequestInput[], signal?: AbortSignal): Promise<MetricResult[]> {
  return limit(async () => (await client.metrics(requests, signal)).results, signal)
}

export function askTogether(requests: MetricRequestInput[]): Promise<MetricResult[]> {
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
    const results = await askAlone(pack.flatMap((one) => one.requests))
    let start = 0
    for (const one of pack) one.resolve(results.slice(start, (start += one.requests.length)))
  } catch (cause) {
    // One wrong question must not blank its neighbours: each is asked again by itself.
    const refused = cause instanceof ApiError && !cause.retryable && pack.length > 1
    for (const one of pack) {
      if (refused) void askAlone(one.requests).then(one.resolve, one.reject)
      else one.reject(cause)
    }
  }
}
