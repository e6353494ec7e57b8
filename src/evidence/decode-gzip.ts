/** Gzip, checked to its last byte: every member's end checksum and length, and nothing after the last member. */
import { createGunzip, type Gunzip } from 'node:zlib';
import { type Decoder, ExpansionLimit, type TextSink } from './decoder.ts';
import { type Problem, unreadable } from './problem.ts';

export class GzipDecoder implements Decoder {
  readonly #gunzip: Gunzip;
  #given = 0;
  #failure: Error | null = null;

  constructor(sink: TextSink) {
    this.#gunzip = createGunzip({ chunkSize: 2 ** 18 });
    this.#gunzip.on('error', (error) => {
      this.#failure ??= error;
    });
    this.#gunzip.on('data', (text: Buffer) => {
      if (this.#failure !== null) return;
      try {
        sink(text);
      } catch (error) {
        this.#gunzip.destroy(error as Error);
      }
    });
  }

  async accept(chunk: Buffer): Promise<void> {
    if (this.#failure !== null || this.#gunzip.destroyed) return;
    this.#given += chunk.length;
    if (this.#gunzip.writableEnded || this.#gunzip.readableEnded) return;
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        this.#gunzip.off('close', settle);
        resolve();
      };
      this.#gunzip.on('close', settle);
      this.#gunzip.write(chunk, settle);
    });
  }

  async finish(): Promise<Problem[]> {
    if (this.#failure === null && !this.#gunzip.destroyed) {
      await new Promise<void>((resolve) => {
        this.#gunzip.on('close', resolve);
        this.#gunzip.end();
      });
    }
    return this.#problems();
  }

  #problems(): Problem[] {
    const failure = this.#failure as (Error & { code?: string }) | null;
    if (failure instanceof ExpansionLimit) return [unreadable('evidence-limit', failure.message)];
    if (failure?.code === 'Z_BUF_ERROR') return [unreadable('evidence-corrupt', 'truncated', { kind: 'gzip' })];
    if (failure !== null) return [unreadable('evidence-corrupt', 'damaged', { kind: 'gzip', reason: failure.message })];
    // The library stops at zero bytes after a member and says nothing.
    if (this.#gunzip.bytesWritten < this.#given) return [unreadable('evidence-corrupt', 'trailing-bytes', { kind: 'gzip' })];
    return [];
  }
}
