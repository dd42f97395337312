import { describe, expect, it } from 'vitest';
import { toBase64 } from '../audio/model-audio';
import { JournalPort } from '../journal/journal-port';
import type { JournalEntry, LiveEvent, PlayoutCommand } from '../protocol';
import { LiveLink } from './live-link';
import { kKeptSeconds } from './mic-keeper';
import type { PlanEvent } from './socket-plan';
import { readFrame } from './socket-tap';
import { kSilentMs } from './talk-watch';
import { kTextsWaitingMax } from './typed-texts';
import { WireLog } from './wire-log';

const setUp = () => {
  const entries: JournalEntry[] = [];
  const events: LiveEvent[] = [];
  const commands: PlayoutCommand[] = [];
  const failures: string[] = [];
  let now = 1_000_000;
  const plan: PlanEvent[] = [];
  const wire = new WireLog();
  wire.nextSocket(['auth_tokens/t']);
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
    plan: (event) => plan.push(event),
    fail: (message) => failures.push(message),
  });
  const rows = (topic: string) => {
    journal.flush();
    return entries.filter((entry) => entry.topic === topic);
  };
  const json = (topic: string) =>
    rows(topic).map((entry) => entry.data as Readonly<Record<string, unknown>>);
  const wait = (seconds: number) => {
    now += seconds * 1e6;
  };
  return { link, rows, json, events, commands, failures, plan, wait };
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

const jpeg = (frame: number) => ({
  frame,
  capturedUs: 5,
  deviceUs: 6,
  width: 2,
  height: 2,
  jpeg: Uint8Array.of(1, 2, 3),
});
/** Opens a socket; returns what the SDK was given. */
const open = (link: LiveLink) => {
  const sent: object[] = [];
  link.open({
    sendRealtimeInput: (input) => {
      sent.push(input);
      link.sent(JSON.stringify({ realtimeInput: input }), false, 900);
    },
  });
  return sent;
};

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

  it('sends what was said before the socket was open, once and in order, one arm per frame', () => {
    const { link, json, rows } = setUp();
    link.mic(micBlock(0));
    link.mic(micBlock(1));
    expect(json('/wire/tx')).toEqual([]);
    const sent = open(link);
    link.mic(micBlock(2));
    link.picture(jpeg(0));
    expect(sent.map((input) => Object.keys(input))).toEqual([
      ['audio'],
      ['audio'],
      ['audio'],
      ['video'],
    ]);
    expect(json('/wire/tx').map((row) => row.text)).toEqual([
      ...[0, 320, 640].map(
        (first) =>
          `{"realtimeInput":{"audio":{"data":"ref:/mic/pcm#${first}+320","mimeType":"audio/pcm;rate=16000"}}}`,
      ),
      '{"realtimeInput":{"video":{"data":"ref:/frames/jpeg#0","mimeType":"image/jpeg"}}}',
    ]);
    expect(json('/wire/tx')[2]?.audio).toEqual({ first_sample: 640, sample_count: 320 });
    expect(rows('/mic/pcm').map((row) => 'sequence' in row && row.sequence)).toEqual([0, 320, 640]);
    expect(json('/clock')).toEqual([{ kind: 'mic', first_sample: 0, context_frame: 0 }]);
    expect(json('/events')).toEqual([]);
  });

  it('marks what was never sent: too old, or still waiting at the end', () => {
    const { link, json } = setUp();
    const kept = (kKeptSeconds * 16_000) / 320;
    for (let n = 0; n < kept + 2; n++) link.mic(micBlock(n));
    const sent = open(link);
    // A part is sent with each new block, so that the line is not flooded.
    for (let n = kept + 2; n < kept + 102; n++) link.mic(micBlock(n));
    expect(sent).toHaveLength(kept + 100);
    link.shut(true);
    link.mic(micBlock(9000));
    link.picture(jpeg(7));
    link.stop();
    link.end();
    expect(
      json('/events').map(({ kind, topic, first, count, reason }) => [
        kind,
        topic,
        first,
        count,
        reason,
      ]),
    ).toEqual([
      ['not_sent', '/mic/pcm', 0, 640, 'connecting'],
      ['not_sent', '/frames/jpeg', 7, 1, 'connecting'],
      ['not_sent', '/mic/pcm', 9000 * 320, 320, 'connecting'],
    ]);
  });

  it('sends again only the question that was lost with its socket', () => {
    const { link, json, wait } = setUp();
    open(link);
    let n = 0;
    const say = (seconds: number, level: number) => {
      for (let i = 0; i < seconds * 50; i++) {
        wait(0.02);
        link.mic({ ...micBlock(n++), pcm: new Int16Array(320).fill(level) });
      }
    };
    say(2, 0);
    say(1, 4000);
    const question = (n - 50) * 320;
    say(1, 0);
    const cut = link.shut(false);
    say(0.5, 0);
    const before = json('/wire/tx').length;
    open(link);
    say(1, 0);
    const again = json('/wire/tx')
      .slice(before)
      .map((row) => (row.audio as { first_sample: number }).first_sample);
    expect(cut).toBe(false);
    // Begins a little before the first loud block and has no gap.
    expect(again[0]).toBe(question - 4800);
    expect(again).toEqual(again.map((_, i) => question - 4800 + 320 * i));
    expect(again.at(-1)).toBe((n - 1) * 320);
    expect(json('/events')).toEqual([]);
  });

  it('sends texts now or on the next socket; all that are unanswered are sent again', () => {
    const { link, events, json } = setUp();
    link.type('first');
    const first = open(link);
    link.type('second');
    expect(first).toEqual([{ text: 'first' }, { text: 'second' }]);
    link.shut(false);
    link.opening(1, null);
    expect(open(link)).toEqual([{ text: 'first' }, { text: 'second' }]);
    expect(json('/wire/tx').map(({ again }) => again)).toEqual([undefined, undefined, true, true]);
    receive(link, modelSound(1, 2));
    receive(link, '{"serverContent":{"turnComplete":true}}');
    link.shut(false);
    link.opening(2, null);
    expect(open(link)).toEqual([]);
    const typed = events.flatMap((event) => (event.type === 'typed' ? [event.text] : []));
    expect(typed).toEqual(['first', 'second']);
  });

  it('says by name which texts were never sent, in the record and to the person', () => {
    const { link, events, json } = setUp();
    const texts = Array.from({ length: kTextsWaitingMax + 1 }, (_, n) => `text ${n}`);
    for (const text of texts) link.type(text);
    expect(open(link)).toHaveLength(kTextsWaitingMax);
    receive(link, modelSound(1, 2));
    receive(link, '{"serverContent":{"turnComplete":true}}');
    link.shut(false);
    link.type('too late');
    link.stop();
    link.end();
    expect(json('/events')).toMatchObject([
      { kind: 'text_not_sent', text: texts.at(-1), reason: 'full' },
      { kind: 'text_not_sent', text: 'too late', reason: 'ended' },
    ]);
    const told = events.flatMap((event) => (event.type === 'text-not-sent' ? [event.text] : []));
    expect(told).toEqual([texts.at(-1), 'too late']);
  });

  it('a text that nobody answers is a silent model', () => {
    const { link, events, wait } = setUp();
    open(link);
    link.type('are you there?');
    wait(kSilentMs / 1000 + 1);
    link.mic(micBlock(0));
    expect(events).toContainEqual({ type: 'silent', on: true });
  });

  it('ends a turn that was cut by the end of its socket, and records late frames of the old socket', () => {
    const { link, rows, json, commands, events } = setUp();
    open(link);
    receive(link, modelSound(1, 2));
    expect(link.shut(true)).toBe(true);
    receive(link, modelSound(3));
    expect(commands.map(({ type }) => type)).toEqual(['audio', 'item-end']);
    expect(events.map(({ type }) => type)).toContain('turn-complete');
    expect(json('/playout').at(-1)).toMatchObject({ kind: 'item_end', complete: true });
    expect(rows('/model/pcm')).toHaveLength(2);
    expect(json('/wire/rx').at(-1)?.audio).toEqual({ first_sample: 2, sample_count: 1 });
    link.opening(1, null);
    receive(link, modelSound(4, 5));
    expect(commands.at(-1)).toMatchObject({ type: 'audio', item: 1, firstSample: 3 });
  });

  it('drops half a sample that the old socket left', () => {
    const { link, commands } = setUp();
    const odd = toBase64(Uint8Array.of(1, 0, 7));
    receive(link, modelSound(1).replace(soundOf(1), odd));
    link.shut(false);
    link.opening(1, null);
    receive(link, modelSound(5));
    const last = commands.at(-1);
    expect(last?.type === 'audio' && [...last.pcm]).toEqual([5]);
  });

  it('tells the plan of handles, go away, answers and pauses', () => {
    const { link, plan, json, wait } = setUp();
    receive(link, '{"sessionResumptionUpdate":{}}');
    receive(link, '{"sessionResumptionUpdate":{"newHandle":"h1","resumable":true}}');
    receive(link, '{"goAway":{"timeLeft":"49.5s"}}');
    receive(link, modelSound(1));
    receive(link, '{"serverContent":{"turnComplete":true}}');
    wait(1);
    expect(plan).toEqual([
      { type: 'handle', handle: 'h1' },
      { type: 'go-away', leftMs: 49_500 },
      { type: 'said' },
      { type: 'quiet', on: false },
      { type: 'quiet', on: true },
    ]);
    expect(json('/events')).toMatchObject([{ kind: 'go_away', time_left_ms: 49_500 }]);
    expect(JSON.stringify(json('/wire/rx'))).not.toContain('h1');
  });

  it('notices a model that says nothing, and that it speaks again', () => {
    const { link, json, events, wait } = setUp();
    open(link);
    for (let n = 0; n < 100; n++) {
      wait(0.02);
      link.mic({ ...micBlock(n), pcm: new Int16Array(320).fill(n < 60 ? 4000 : 0) });
    }
    wait(kSilentMs / 1000);
    link.mic(micBlock(100));
    receive(link, '{"serverContent":{"inputTranscription":{"text":"Hi"}}}');
    const silent = (list: readonly { type: string }[]) =>
      list.filter(({ type }) => type === 'silent');
    expect(silent(events)).toEqual([
      { type: 'silent', on: true },
      { type: 'silent', on: false },
    ]);
    expect(json('/events')).toMatchObject([
      { kind: 'model_silent', on: true, after_ms: kSilentMs },
      { kind: 'model_silent', on: false },
    ]);
  });

  it('works without a recording', () => {
    const commands: PlayoutCommand[] = [];
    const link = new LiveLink({
      journal: null,
      wire: new WireLog(),
      tell: () => {},
      playout: (command) => commands.push(command),
      nowUs: () => 0,
      bufferedBytes: () => 0,
      plan: () => {},
      fail: () => {},
    });
    receive(link, modelSound(1));
    link.mic(micBlock(0));
    link.end();
    expect(commands).toHaveLength(1);
  });
});
