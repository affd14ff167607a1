/** The lines to the broker and to the warehouse drop, delay, stand half-open, and lose the answers of what was executed. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Proxy } from '../proxy.ts'
import type { Chaos, Scenario } from '../scenario.ts'

const MEMBERS = 2

export const network: Scenario = {
  name: 'network',
  about: 'proxies to broker and warehouse reset, delay, refuse, stand half-open, and lose answers to executed requests',
  stage: { partitions: 6, perSecond: 300, throughProxies: true },
  run: harm,
}

async function harm({ stage, random, did, isOver }: Chaos): Promise<void> {
  if (stage.members.size === 0) {
    const members = await Promise.all(Array.from({ length: MEMBERS }, () => stage.member()))
    for (const member of members) member.join()
  }
  await sleep(2_000)
  const lines: readonly [string, Proxy][] = [
    ['broker', stage.proxies.kafka],
    ['warehouse', stage.proxies.warehouse],
  ]
  while (!isOver()) {
    const [name, proxy] = lines[random() < 0.4 ? 0 : 1] ?? ['broker', stage.proxies.kafka]
    await upset(proxy, random, (what) => did(`${name} ${what}`))
    await sleep(200 + random() * 1_500)
  }
  for (const [, proxy] of lines) proxy.weather({ kind: 'fair' })
}

async function upset(proxy: Proxy, random: () => number, did: (what: string) => void): Promise<void> {
  const dice = random()
  if (dice < 0.2) {
    proxy.reset()
    did('reset')
  } else if (dice < 0.45) {
    proxy.cutAnswerAfter(0)
    did('answer lost')
  } else if (dice < 0.6) {
    proxy.cutAnswerAfter(1 + Math.floor(random() * 2_000))
    did('answer cut short')
  } else if (dice < 0.75) {
    proxy.weather({ kind: 'slow', delayMs: 50 + Math.floor(random() * 500) })
    did('delay')
    await sleep(1_000 + random() * 2_000)
  } else if (dice < 0.9) {
    proxy.weather({ kind: 'down' })
    did('refusal')
    await sleep(500 + random() * 2_500)
  } else {
    proxy.weather({ kind: 'half-open' })
    did('half-open')
    await sleep(1_000 + random() * 6_000)
    // What hung is cut: a peer that went away without a word never comes back on the same connection.
    proxy.reset()
  }
  proxy.weather({ kind: 'fair' })
}
