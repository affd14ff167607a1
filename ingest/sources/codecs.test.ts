import { expect, test } from 'vitest'
import { loadCodecs } from './codecs.ts'

const codecs = await loadCodecs()

test.each(['snappy', 'lz4', 'zstd'] as const)('%s gives back what it was given', async (name) => {
  const text = Buffer.from(JSON.stringify({ note: '订单异常'.repeat(2_000), empty: '' }))
  const codec = codecs[name]()
  const packed = await codec.compress({ buffer: text })
  expect(packed.length).toBeLessThan(text.length)
  expect(Buffer.compare(await codec.decompress(packed), text)).toBe(0)
})
