import { expect, it } from 'vitest'
import type { IngestJob } from '#api/contract/data.ts'
import { progressOf } from './job-progress.ts'

const job = (over: Partial<IngestJob> = {}): IngestJob => ({
  job_id: '1',
  kind: 'replay',
  title: '',
  requested_by: '',
  state: 'running',
  done: 500,
  total: 2_000,
  outcome: '{"cured":400,"remaining":100,"left_out":3}',
  detail: '',
  started_at: '2026-01-01T00:00:50Z',
  updated_at: '2026-01-01T00:01:00Z',
  ...over,
})

it('tells share, rate and time left', () => {
  expect(progressOf(job())).toEqual({
    share: 0.25,
    rate: 50,
    left_s: 30,
    took_s: 10,
    outcome: { cured: 400, remaining: 100, left_out: 3 },
    words: '',
  })
})

it('says nothing about time left of a job that does not run', () => {
  expect(progressOf(job({ state: 'interrupted' }))).toMatchObject({ share: 0.25, left_s: null })
  const file = { kind: 'import', outcome: '12 % 3 rows, about 4 s left' }
  expect(progressOf(job({ state: 'interrupted', ...file }))).toMatchObject({ share: 0.25, words: '' })
  expect(progressOf(job({ state: 'done' }))).toMatchObject({ left_s: null })
})

it('knows nothing it cannot know', () => {
  expect(progressOf(job({ done: 0, total: 0 }))).toMatchObject({ share: null, rate: null, left_s: null })
  expect(progressOf(job({ state: 'done', done: 0, total: 0 })).share).toBe(1)
  expect(progressOf(job({ kind: 'import', outcome: '12 % 3 rows' }))).toMatchObject({
    rate: null,
    outcome: null,
    words: '12 % 3 rows',
  })
})
