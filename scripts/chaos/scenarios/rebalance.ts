/** A storm of rebalances: members join, leave, freeze past their session and are killed, several times a second. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Member } from '../member.ts'
import type { Chaos, Scenario } from '../scenario.ts'

const MEMBERS = 6
const BEAT_MS = 300
const FROZEN_MS = { least: 5_000, most: 20_000 }

export const rebalance: Scenario = {
  name: 'rebalance',
  about: '6 members on 6 partitions join, leave, freeze for 5 to 20 s and are killed, one of it every 300 ms',
  stage: { partitions: 6, perSecond: 300 },
  run: storm,
}

async function storm({ stage, seconds, random, say, did, isOver }: Chaos): Promise<void> {
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)]
  const joined = new Set<Member>()
  const frozen = new Set<Member>()
  const out = new Set<Member>()
  const addMember = async (): Promise<void> => {
    const member = await stage.member()
    member.join()
    joined.add(member)
    void member.ended.then(() => [joined, frozen, out].forEach((group) => group.delete(member)))
  }
  const thaw = (member: Member): void => {
    if (!frozen.delete(member)) return
    member.thaw()
    joined.add(member)
  }
  // A short run freezes for as long as it can, still longer than a session.
  const most = Math.min(FROZEN_MS.most, Math.max(7_000, seconds * 400))
  await Promise.all(Array.from({ length: MEMBERS }, addMember))
  say(`rebalance: ${MEMBERS} members are up`)
  const arrivals: Promise<void>[] = []
  while (!isOver()) {
    await sleep(BEAT_MS)
    const dice = random()
    const member = pick([...joined])
    if (dice < 0.3 && out.size > 0) {
      const back = pick([...out])
      if (back === undefined) continue
      out.delete(back)
      back.join()
      joined.add(back)
      did('join')
    } else if (member === undefined || joined.size <= 1) continue
    else if (dice < 0.6) {
      joined.delete(member)
      member.leave()
      out.add(member)
      did('leave')
    } else if (dice < 0.85) {
      joined.delete(member)
      member.freeze()
      frozen.add(member)
      setTimeout(() => thaw(member), FROZEN_MS.least + random() * (most - FROZEN_MS.least)).unref()
      did('freeze')
    } else {
      joined.delete(member)
      did('kill')
      arrivals.push(member.kill().then(addMember))
    }
  }
  await Promise.all(arrivals)
  for (const member of frozen) thaw(member)
  for (const member of out) member.join()
}
