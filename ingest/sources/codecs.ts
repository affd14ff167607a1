/** Compression that Kafka producers use and kafkajs leaves to its users; gzip is its own. */
import { Zstd } from '@hpcc-js/wasm-zstd'
import snappy from 'kafkajs-snappy'
import { compressFrame, decompressFrame } from 'lz4-napi'

type Encoded = { readonly buffer: Buffer }
export type Codec = () => { compress(encoder: Encoded): Promise<Buffer>; decompress(buffer: Buffer): Promise<Buffer> }

const ZSTD_LEVEL = 3

export async function loadCodecs(): Promise<{ readonly snappy: Codec; readonly lz4: Codec; readonly zstd: Codec }> {
  const zstd = await Zstd.load()
  return {
    snappy: () => {
      const codec = snappy()
      // kafkajs copies the answer by Buffer methods, and the library answers plain byte arrays for some inputs.
      return {
        compress: async (encoder) => Buffer.from(await codec.compress(encoder)),
        decompress: async (buffer) => Buffer.from(await codec.decompress(buffer)),
      }
    },
    lz4: () => ({
      compress: (encoder) => compressFrame(encoder.buffer),
      decompress: (buffer) => decompressFrame(buffer),
    }),
    zstd: () => ({
      compress: (encoder) => Promise.resolve(Buffer.from(zstd.compress(encoder.buffer, ZSTD_LEVEL))),
      decompress: (buffer) => Promise.resolve(Buffer.from(zstd.decompress(buffer))),
    }),
  }
}
