/** One stream to one client: what it missed, then what comes, in order, for as long as it is the same person who watches. */
import type { LiveEvent } from '../../contract/live.ts'
import type { Person } from '../../contract/session.ts'
import type { Live, TickNotice } from './live.ts'
import { type Telling, type Told, idOf, placeOf } from './telling.ts'

export type StreamDeps = {
  readonly live: Live
  readonly telling: Telling
  readonly person: Person
  readonly look: () => Promise<Person | null>
  readonly send: (message: LiveEvent & { id: string }) => Promise<void>
  readonly onEnd: () => void
  readonly onFailure: (cause: unknown) => void
}

/** An ended session or another role takes effect within this time. */
const LOOK_MS = 5_000
/** A client that takes nothing for so many notices is better off to come back and be told to read anew. */
const MOST_WAITING = 64
/** Before the first tick there is nothing to go on from. */
const NOTHING = { tick: '0' }

export function createStream(deps: StreamDeps) {
  const { live, telling, person, look, send, onEnd, onFailure } = deps
  const whoItWas = JSON.stringify(person)
  let lookedAt = Date.now()
  let waiting = 0
  let isOver = false
  let before: Promise<void> = Promise.resolve()

  /** One step after the other: a stream is told things in their order. */
  function next(step: () => Promise<void>): Promise<void> {
    waiting += 1
    if (waiting > MOST_WAITING) end()
    before = before
      .then(() => (isOver ? undefined : step()))
      .catch((cause: unknown) => {
        onFailure(cause)
        end()
      })
      .finally(() => {
        waiting -= 1
      })
    return before
  }

  function end(): void {
    if (isOver) return
    isOver = true
    clearInterval(timer)
    unsubscribe()
    onEnd()
  }

  const reset = () =>
    send({
      event: 'reset',
      data: { data_as_of: live.last?.data_as_of ?? null },
      id: idOf(live.last ?? NOTHING, 'reset'),
    })

  /** A person who may see something else now is told so, and comes back as who they are. */
  async function isStillAllowed(): Promise<boolean> {
    if (Date.now() - lookedAt < LOOK_MS) return true
    lookedAt = Date.now()
    const now = await look()
    if (JSON.stringify(now) === whoItWas) return true
    if (now !== null) await reset()
    end()
    return false
  }

  async function tell(notice: TickNotice, isWanted: (told: Told) => boolean = () => true): Promise<void> {
    if (!(await isStillAllowed())) return
    const told = await telling(notice, person.scope).catch((cause: unknown) => {
      onFailure(cause)
      return null
    })
    if (told === null) return reset()
    for (const event of told.filter(isWanted)) await send(event)
  }

  const unsubscribe = live.subscribe((notice) => void next(() => tell(notice)))
  const timer = setInterval(() => void next(async () => void (await isStillAllowed())), LOOK_MS)
  timer.unref()

  return {
    end,
    begin(lastEventId: string | null): Promise<void> {
      const { last } = live
      if (lastEventId === null)
        return next(() =>
          send({ event: 'hello', data: { data_as_of: last?.data_as_of ?? null }, id: idOf(last ?? NOTHING, 'clock') }),
        )
      const place = placeOf(lastEventId)
      const missed = place === null ? null : live.since(place.tick)
      if (place === null || missed === null) return next(reset)
      for (const notice of missed) void next(() => tell(notice, place.isAfter))
      return before
    },
  }
}
