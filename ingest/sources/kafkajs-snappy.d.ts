declare module 'kafkajs-snappy' {
  type Encoded = { readonly buffer: Buffer }
  const snappy: () => {
    compress(encoder: Encoded): Promise<Uint8Array>
    decompress(buffer: Buffer): Promise<Uint8Array>
  }
  export default snappy
}
