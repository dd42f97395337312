import { describe, expect, it } from 'vitest';
import { ChunkWriter, EntryNumbering } from './chunk-writer';
import { sealAfterCrash } from './seal-after-crash';
import { eventEntry, jpegEntry, micEntry, readChunk, videoEntry } from './test-entries';

const entries = [
  micEntry(0, 16),
  eventEntry('mute', micEntry(0).logTimeUs + 5),
  videoEntry(0, 40),
  micEntry(1, 16),
  jpegEntry(0),
  eventEntry('hang_up', micEntry(1).logTimeUs + 9),
];

/** The chunk, and where each of its messages ends. */
const written = (() => {
  const writer = new ChunkWriter('reprise-web/test');
  const numbering = new EntryNumbering();
  const bytes: number[] = [];
  const messageEnds: number[] = [];
  for (const entry of entries) {
    writer.appendIfRoom(numbering.number(entry));
    bytes.push(...writer.take());
    messageEnds.push(bytes.length);
  }
  bytes.push(...writer.seal());
  return { bytes: Uint8Array.from(bytes), messageEnds };
})();

describe('sealAfterCrash', () => {
  it('keeps every whole message, wherever the file is cut', () => {
    const whole = readChunk(written.bytes).messages;
    for (let length = 0; length <= written.bytes.length; length += 1) {
      const survivors = written.messageEnds.filter((end) => end <= length).length;
      const sealed = sealAfterCrash(written.bytes.slice(0, length));
      expect(sealed?.messages ?? 0, `cut at ${length}`).toBe(survivors);
      if (!sealed) continue;
      const read = readChunk(sealed.bytes).messages;
      expect(read).toEqual(whole.slice(0, survivors));
      const times = read.map((message) => message.logTimeUs);
      expect(sealed.firstLogUs).toBe(Math.min(...times));
      expect(sealed.lastLogUs).toBe(Math.max(...times));
    }
  });

  it('gives a sealed file back as it is, and a cut one the same way twice', () => {
    const sealed = sealAfterCrash(written.bytes);
    expect(sealed?.bytes).toBe(written.bytes);
    expect(sealed?.cutBytes).toBe(0);
    const cut = written.bytes.slice(0, written.bytes.length - 3);
    expect(sealAfterCrash(cut)?.bytes).toEqual(written.bytes);
    expect(sealAfterCrash(written.bytes.slice(0, 700))).toEqual(
      sealAfterCrash(written.bytes.slice(0, 700)),
    );
  });

  it('cuts zeros and rubbish behind the last record', () => {
    const tail = written.messageEnds[2] ?? 0;
    for (const rubbish of [new Uint8Array(64), new Uint8Array(64).fill(0xff)]) {
      const bytes = new Uint8Array([...written.bytes.slice(0, tail), ...rubbish]);
      const sealed = sealAfterCrash(bytes);
      expect(sealed?.messages).toBe(3);
      expect(sealed?.cutBytes).toBe(64);
      expect(readChunk(sealed?.bytes ?? bytes).messages).toHaveLength(3);
    }
  });

  it('never makes a file that cannot be read, whatever byte is wrong', () => {
    for (let at = 0; at < written.bytes.length; at += 1) {
      const damaged = written.bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      const sealed = sealAfterCrash(damaged);
      if (!sealed) continue;
      expect(sealed.messages).toBeLessThanOrEqual(entries.length);
      expect(sealed.bytes.length).toBeLessThanOrEqual(damaged.length + 50);
    }
  });

  it('finds nothing in an empty file, a foreign file, or one without a message', () => {
    expect(sealAfterCrash(new Uint8Array(0))).toBeNull();
    expect(sealAfterCrash(new TextEncoder().encode('hello, this is no MCAP file'))).toBeNull();
    expect(sealAfterCrash(new ChunkWriter('reprise-web/test').seal().slice())).toBeNull();
  });
});
