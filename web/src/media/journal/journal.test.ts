import { describe, expect, it } from 'vitest';
import { Journal, kReserveBytes, type SealedFacts } from './journal';
import { MemoryFiles } from './memory-files';
import { sealAfterCrash } from './seal-after-crash';
import { eventEntry, micEntry, readChunk, videoEntry } from './test-entries';

const make = (files = new MemoryFiles()) => {
  const clock = { now: 0 };
  const sealed: SealedFacts[] = [];
  const failures: string[] = [];
  const tooLarge: string[] = [];
  const roomLow: number[] = [];
  let opened = 0;
  const journal = new Journal({
    files,
    library: 'reprise-web/test',
    now: () => clock.now,
    onOpened: () => {
      opened += 1;
    },
    onSealed: (facts) => sealed.push(facts),
    onFailed: (message) => failures.push(message),
    onRoomLow: (freeBytes) => roomLow.push(freeBytes),
    onTooLarge: (entry) => tooLarge.push(entry.topic),
  });
  return { files, clock, sealed, failures, tooLarge, roomLow, journal, opened: () => opened };
};
/** Waits until the requested files are open. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const messagesOf = (files: MemoryFiles, seq: number) =>
  readChunk(files.files.get(seq) ?? new Uint8Array(0)).messages;

describe('Journal', () => {
  it('puts every entry into a file at once', async () => {
    const { files, journal, opened } = make();
    await settle();
    expect(opened()).toBe(1);
    journal.append([micEntry(0), eventEntry('mute')]);
    expect(sealAfterCrash(files.files.get(0) ?? new Uint8Array(0))?.messages).toBe(2);
    journal.append([micEntry(1)]);
    expect(sealAfterCrash(files.files.get(0) ?? new Uint8Array(0))?.messages).toBe(3);
  });

  it('seals after a second and goes on in the next file, without a gap', async () => {
    const { files, clock, journal, sealed } = make();
    await settle();
    for (let index = 0; index < 120; index += 1) {
      clock.now = index * 20;
      journal.append([micEntry(index)]);
      await settle();
    }
    await journal.close();
    expect(sealed.map((facts) => facts.seq)).toEqual([0, 1, 2]);
    expect(sealed[0]?.seconds).toBeCloseTo(1, 5);
    const all = [0, 1, 2].flatMap((seq) => messagesOf(files, seq));
    expect(all.map((message) => message.sequence)).toEqual(
      Array.from({ length: 120 }, (_, index) => index * 320),
    );
    expect(sealed.map((facts) => facts.bytes)).toEqual(
      [0, 1, 2].map((seq) => files.files.get(seq)?.length),
    );
    expect(journal.lastSeq).toBe(2);
    expect([...files.open]).toEqual([]);
  });

  it('seals a quiet chunk by the tick, and flushes once a second', async () => {
    const { files, clock, journal, sealed } = make();
    await settle();
    journal.append([micEntry(0)]);
    journal.tick();
    expect(sealed).toEqual([]);
    clock.now = 1000;
    journal.tick();
    expect(sealed.map((facts) => facts.seq)).toEqual([0]);
    expect(files.flushes).toBe(1);
    await settle();
    clock.now = 5000;
    journal.tick();
    expect(sealed).toHaveLength(1);
  });

  it('seals at half a megabyte of media', async () => {
    const { journal, sealed } = make();
    await settle();
    for (let index = 0; index < 6; index += 1) journal.append([videoEntry(index, 100_000)]);
    expect(sealed.map((facts) => facts.seq)).toEqual([0]);
  });

  it('keeps what comes before the first file is open', async () => {
    const files = new MemoryFiles();
    const gate = Promise.withResolvers<void>();
    files.creating = gate.promise;
    const { journal, opened } = make(files);
    journal.append([micEntry(0)]);
    journal.append([micEntry(1)]);
    expect(opened()).toBe(0);
    gate.resolve();
    await settle();
    await journal.close();
    expect(messagesOf(files, 0)).toHaveLength(2);
  });

  it('goes on in the same chunk while the next file is not open yet', async () => {
    const files = new MemoryFiles();
    const { clock, journal, sealed } = make(files);
    await settle();
    const gate = Promise.withResolvers<void>();
    files.creating = gate.promise;
    journal.append([micEntry(0)]);
    clock.now = 3000;
    journal.append([micEntry(150)]);
    // File 1 was opened ahead of need; opening file 2 is slow.
    expect(sealed.map((facts) => facts.seq)).toEqual([0]);
    journal.append([micEntry(151)]);
    clock.now = 6000;
    journal.append([micEntry(152)]);
    expect(sealed).toHaveLength(1);
    gate.resolve();
    await settle();
    expect(sealed.map((facts) => facts.seq)).toEqual([0, 1]);
    await journal.close();
    expect(messagesOf(files, 1)).toHaveLength(2);
  });

  it('says once that there is no room; what is in files can be sent', async () => {
    const { files, clock, journal, sealed, failures } = make();
    await settle();
    journal.append([micEntry(0)]);
    files.room = 100;
    journal.append([micEntry(1)]);
    journal.append([micEntry(2)]);
    clock.now = 9000;
    journal.tick();
    await settle();
    expect(failures).toEqual(['This browser has no room left for the recording.']);
    expect(sealed.map((facts) => facts.seq)).toEqual([0]);
    expect(sealAfterCrash(files.files.get(0) ?? new Uint8Array(0))?.messages).toBe(1);
    await journal.close();
    expect(journal.lastSeq).toBe(0);
    expect([...files.open]).toEqual([]);
  });

  it('goes on in the reserve when the room is gone, without losing an entry', async () => {
    const { files, clock, journal, failures, roomLow, sealed } = make();
    await settle();
    journal.append([micEntry(0)]);
    files.room = 100;
    files.reserve = 20_000;
    journal.append([micEntry(1)]);
    journal.append([micEntry(2)]);
    expect(roomLow).toEqual([]);
    await settle();
    expect(roomLow).toEqual([kReserveBytes]);
    clock.now = 1000;
    journal.append([micEntry(3)]);
    await settle();
    journal.append([micEntry(4)]);
    await journal.close();
    expect(failures).toEqual([]);
    const all = sealed.flatMap((facts) => messagesOf(files, facts.seq));
    expect(all.map((message) => message.sequence)).toEqual([0, 320, 640, 960, 1280]);
  });

  it('waits for the reserve at the end', async () => {
    const { files, journal, failures } = make();
    await settle();
    files.room = 10;
    files.reserve = 20_000;
    journal.append([micEntry(0)]);
    journal.append([micEntry(1)]);
    await journal.close();
    expect(failures).toEqual([]);
    expect(messagesOf(files, 0)).toHaveLength(2);
  });

  it('does not die of a file system that opens no file', async () => {
    const files = new MemoryFiles();
    files.creating = Promise.reject(new Error('no such thing'));
    const { journal, failures } = make(files);
    await settle();
    journal.append([micEntry(0)]);
    await journal.close();
    expect(failures).toEqual(['This browser could not write the recording: no such thing']);
    expect(journal.lastSeq).toBe(-1);
  });

  it('leaves a message above the limit out and says so', async () => {
    const { files, journal, tooLarge } = make();
    await settle();
    journal.append([videoEntry(0, 5_000_000), micEntry(0)]);
    await journal.close();
    expect(tooLarge).toEqual(['/camera/video']);
    expect(messagesOf(files, 0)).toHaveLength(1);
  });

  it('cuts a burst at the byte limit, in order', async () => {
    const { files, journal } = make();
    await settle();
    journal.append(Array.from({ length: 20 }, (_, index) => videoEntry(index, 1_000_000)));
    await journal.close();
    const all = [...files.files.keys()]
      .filter((seq) => (files.files.get(seq)?.length ?? 0) > 0)
      .flatMap((seq) => messagesOf(files, seq));
    expect(all.map((message) => message.sequence)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('names no chunk when nothing was said', async () => {
    const { journal, sealed } = make();
    await settle();
    await journal.close();
    expect(sealed).toEqual([]);
    expect(journal.lastSeq).toBe(-1);
  });
});
