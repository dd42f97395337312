import { describe, expect, it } from 'vitest';
import { toBase64 } from '../audio/model-audio';
import { JournalPort } from '../journal/journal-port';
import type { JournalEntry, LiveEvent, PlayoutCommand } from '../protocol';
import { LiveLink } from './live-link';
import { readFrame } from './socket-tap';
import { WireLog } from './wire-log';

const setUp = () => {
  const entries: JournalEntry[] = [];
  const events: LiveEvent[] = [];
  const commands: PlayoutCommand[] = [];
  const failures: string[] = [];
  let now = 1_000_000;
  const wire = new WireLog(['auth_tokens/t']);
  wire.nextSocket();
  const journal = new JournalPort({
    postMessage: (batch) => {
      if (Array.isArray(batch)) entries.push(...(batch as JournalEntry[]));
    },
  });
  const link = new LiveLink({
    journal,
    wire,
    tell: (event) => events.push(event),
    playout: (command) => commands.push(command),
    nowUs: () => now++,
    bufferedBytes: () => 0,
    fail: (message) => failures.push(message),
  });
  const rows = (topic: string) => {
    journal.flush();
    return entries.filter((entry) => entry.topic === topic);
  };
  const json = (topic: string) =>
    rows(topic).map((entry) => entry.data as Readonly<Record<string, unknown>>);
  return { link, rows, json, events, commands, failures };
};
const soundOf = (...samples: number[]) => toBase64(new Uint8Array(Int16Array.from(samples).buffer));
const modelSound = (...samples: number[]) =>
  `{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"${soundOf(...samples)}"}}]}}}`;
const receive = (link: LiveLink, text: string, binary = true) => {
  const data = binary ? new TextEncoder().encode(text).buffer : text;
  const frame = readFrame(data);
  link.received(frame.text, frame.binary, frame.bytes);
};
const micBlock = (n: number) =>
  ({
    type: 'mic',
    firstSample: 320 * n,
    contextFrame: 960 * n,
    pcm: new Int16Array(320).fill(n + 1),
  }) as const;

describe('LiveLink', () => {
  it('keeps the order of text and binary frames, large and small, in the record and in what it does', () => {
    const { link, json, rows, commands } = setUp();
    const sizes = Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? 20_000 : 1 + n));
    for (const [n, size] of sizes.entries()) {
      receive(link, modelSound(...new Array<number>(size).fill(n)), n % 2 === 0);
    }
    receive(link, '{"serverContent":{"interrupted":true}}', false);
    const starts = sizes.map((_, n) => sizes.slice(0, n).reduce((a, b) => a + b, 0));
    expect(json('/wire/rx').map((row) => row.index)).toEqual([...sizes.keys(), sizes.length]);
    expect(json('/wire/rx').map((row) => row.binary)).toEqual([
      ...sizes.map((_, n) => n % 2 === 0),
      false,
    ]);
    expect(
      commands.flatMap((command) => (command.type === 'audio' ? [command.firstSample] : [])),
    ).toEqual(starts);
    expect(commands.at(-2)).toEqual({ type: 'flush' });
    expect(rows('/model/pcm').map((row) => 'sequence' in row && row.sequence)).toEqual(starts);
  });

  it('puts a reference where the sound was', () => {
    const { link, json } = setUp();
    receive(link, modelSound(1, 2, 3));
    receive(link, modelSound(4));
    expect(json('/wire/rx').map((row) => [row.text, row.audio])).toEqual([
      [
        modelSound(1, 2, 3).replace(soundOf(1, 2, 3), 'ref:/model/pcm#0+3'),
        { first_sample: 0, sample_count: 3, item: 0 },
      ],
      [
        modelSound(4).replace(soundOf(4), 'ref:/model/pcm#3+1'),
        { first_sample: 3, sample_count: 1, item: 0 },
      ],
    ]);
  });

  it('records a frame before it acts on it', () => {
    const { link, rows, commands } = setUp();
    receive(link, '{"serverContent":{"interrupted":true}}');
    expect(commands).toEqual([{ type: 'flush' }]);
    const [wire] = rows('/wire/rx');
    const [event] = rows('/events');
    expect(wire && event && wire.logTimeUs < event.logTimeUs).toBe(true);
  });

  it('records late sound of a cut turn and does not play it', () => {
    const { link, rows, commands } = setUp();
    receive(link, modelSound(1, 2));
    receive(link, '{"serverContent":{"interrupted":true}}');
    receive(link, modelSound(3));
    expect(rows('/model/pcm')).toHaveLength(2);
    expect(commands.map(({ type }) => type)).toEqual(['audio', 'flush', 'item-end']);
  });

  it('keeps a frame that is not JSON, without its secrets, and goes on', () => {
    const { link, json, failures } = setUp();
    receive(link, 'garbage auth_tokens/t');
    expect(json('/wire/rx')[0]?.text).toMatch(/^garbage sha256:[0-9a-f]{64}$/);
    expect(json('/events').map((row) => row.kind)).toEqual(['error']);
    expect(failures).toEqual([]);
  });

  it('fails clearly on another sample rate, with the frame in the record', () => {
    const { link, json, failures, commands } = setUp();
    const text = modelSound(1).replace('24000', '48000');
    receive(link, text);
    expect(json('/wire/rx').map((row) => row.text)).toEqual([text]);
    expect(failures[0]).toContain('rate=48000');
    expect(commands).toEqual([]);
  });

  it('records all sound of the microphone, marks what was not sent, and sends one arm per frame', () => {
    const { link, json, rows, events } = setUp();
    const sent: object[] = [];
    link.mic(micBlock(0));
    link.mic(micBlock(1));
    link.open({
      sendRealtimeInput: (input) => {
        sent.push(input);
        link.sent(JSON.stringify({ realtimeInput: input }), false, 900);
      },
    });
    link.mic(micBlock(2));
    link.picture({
      frame: 0,
      capturedUs: 5,
      deviceUs: 6,
      width: 2,
      height: 2,
      jpeg: Uint8Array.of(1, 2, 3),
    });
    expect(sent.map((input) => Object.keys(input))).toEqual([['audio'], ['video']]);
    expect(json('/wire/tx').map((row) => row.text)).toEqual([
      '{"realtimeInput":{"audio":{"data":"ref:/mic/pcm#640+320","mimeType":"audio/pcm;rate=16000"}}}',
      '{"realtimeInput":{"video":{"data":"ref:/frames/jpeg#0","mimeType":"image/jpeg"}}}',
    ]);
    expect(json('/wire/tx')[0]?.audio).toEqual({ first_sample: 640, sample_count: 320 });
    expect(rows('/mic/pcm').map((row) => 'sequence' in row && row.sequence)).toEqual([0, 320, 640]);
    expect(json('/clock')).toEqual([{ kind: 'mic', first_sample: 0, context_frame: 0 }]);
    expect(
      json('/events').map(({ kind, first, count, reason }) => [kind, first, count, reason]),
    ).toEqual([['not_sent', 0, 640, 'connecting']]);
    expect(events.map(({ type }) => type)).toEqual(['connected', 'frame-sent']);
  });

  it('works without a recording', () => {
    const commands: PlayoutCommand[] = [];
    const link = new LiveLink({
      journal: null,
      wire: new WireLog([]),
      tell: () => {},
      playout: (command) => commands.push(command),
      nowUs: () => 0,
      bufferedBytes: () => 0,
      fail: () => {},
    });
    receive(link, modelSound(1));
    link.mic(micBlock(0));
    link.end();
    expect(commands).toHaveLength(1);
  });
});
