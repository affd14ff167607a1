/** The broker is restarted and killed again and again while messages are sent and taken. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Chaos, Scenario } from '../scenario.ts'

const MEMBERS = 2

export const broker: Scenario = {
  name: 'broker',
  about: 'the broker is restarted or killed every few seconds, and comes back',
  stage: { partitions: 6, perSecond: 300 },
  run: harm,
}

async function harm({ stage, random, say, did, isOver }: Chaos): Promise<void> {
  if (stage.members.size === 0) {
    const members = await Promise.all(Array.from({ length: MEMBERS }, () => stage.member()))
    for (const member of members) member.join()
  }
  await sleep(3_000)
  while (!isOver()) {
    if (random() < 0.5) {
      await stage.kafka.kill()
      did('SIGKILL')
    } else {
      await stage.kafka.stop()
      did('restart')
    }
    say(`broker: down after ${stage.producer.acknowledged()} acknowledged messages`)
    await sleep(random() * 2_000)
    await stage.kafka.start()
    // Long enough to be of use to somebody before it goes again.
    await sleep(2_000 + random() * 4_000)
  }
}
