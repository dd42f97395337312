// The official SDK (@google/genai 3.1.0) against the emulator: what works here works against Google.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  beep, clientOf, KEY, MODEL, Modality, noise, silence, spoken, squeeze, startEmulator, stream, talkTo,
} from './live-harness.mjs';

let emulator;
before(async () => {
  emulator = await startEmulator();
});
after(async () => assert.equal(await emulator.stop(), 0));

const say = (talk, text) =>
  talk.session.sendClientContent({ turns: [{ role: 'user', parts: [{ text }] }], turnComplete: true });

describe('connecting', () => {
  for (const apiVersion of ['v1', 'v1beta', 'v1alpha']) {
    test(`with the key, ${apiVersion}`, async () => {
      const talk = await talkTo(emulator.url, { apiVersion });
      assert.deepEqual(talk.received[0].message.setupComplete, {});
      talk.close();
      // The SDK's close tells no status, so node's ws reports its own.
      assert.ok([1000, 1005].includes((await talk.whenClosed).code));
    });
  }

  test('below a path prefix, as behind a proxy', async () => {
    const talk = await talkTo(`${emulator.url}/prefix/`);
    talk.close();
  });

  const refused = async (options, code, reason) => {
    await assert.rejects(talkTo(emulator.url, options), (error) => {
      assert.match(error.message, new RegExp(`code ${code}`));
      assert.match(error.message, reason);
      return true;
    });
  };
  test('a wrong key closes 1007', () => refused({ apiKey: 'wrong' }, 1007, /API key not valid/));
  test('an unknown model closes 1008', () =>
    refused({ model: 'gemini-0.1-live' }, 1008, /models\/gemini-0\.1-live is not found for API version v1beta/));
  test('TEXT from an audio model closes 1007', () =>
    refused({ config: { responseModalities: [Modality.TEXT] } }, 1007, /Cannot extract voices/));
  test('an unknown voice closes 1007', () =>
    refused(
      { config: { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Nobody' } } } } },
      1007,
      /invalid argument/,
    ));
  test('an unknown token closes 1007', () =>
    refused({ apiKey: 'auth_tokens/0123' }, 1007, /Missing or malformed auth token/));
});

describe('tokens', () => {
  const mint = (config) => clientOf(emulator.url).authTokens.create({ config });

  test('a token opens one session, and is then spent', async () => {
    const { name } = await mint({ uses: 1 });
    assert.match(name, /^auth_tokens\//);
    const talk = await talkTo(emulator.url, { apiKey: name });
    talk.close();
    await assert.rejects(talkTo(emulator.url, { apiKey: name }), /code 1008.*used up/);
  });

  test('a full lock ignores what the browser asks for', async () => {
    const { name } = await mint({
      liveConnectConstraints: { model: MODEL, config: { responseModalities: [Modality.AUDIO] } },
    });
    const talk = await talkTo(emulator.url, { apiKey: name, model: 'gemini-0.1-live' });
    say(talk, 'hello');
    await talk.turnsDone(1);
    assert.equal(talk.said(), ''); // the lock does not ask for a transcription
    assert.ok(talk.audio() > 0);
    talk.close();
  });

  test('a mask locks its fields and leaves the rest', async () => {
    const { name } = await mint({
      liveConnectConstraints: { model: MODEL, config: { responseModalities: [Modality.AUDIO] } },
      lockAdditionalFields: ['outputAudioTranscription'],
    });
    const talk = await talkTo(emulator.url, {
      apiKey: name,
      model: 'gemini-0.1-live',
      config: { inputAudioTranscription: {}, outputAudioTranscription: {}, sessionResumption: {} },
    });
    say(talk, 'hello');
    await talk.turnsDone(1);
    assert.equal(talk.said(), '');
    await talk.until(
      () => talk.received.some(({ message }) => message.sessionResumptionUpdate?.resumable),
      'the handle',
    );
    talk.close();
  });

  test('messages after expireTime close the socket', async () => {
    const { name } = await mint({ expireTime: new Date(Date.now() + 3000).toISOString() });
    const talk = await talkTo(emulator.url, { apiKey: name });
    await sleep(3200);
    say(talk, 'hello');
    const { code, reason } = await talk.whenClosed;
    assert.equal(code, 1008);
    assert.match(reason, /expired/);
  });

  test('a token opens nothing after newSessionExpireTime', async () => {
    const { name } = await mint({ newSessionExpireTime: new Date(Date.now() + 300).toISOString() });
    await sleep(400);
    await assert.rejects(talkTo(emulator.url, { apiKey: name }), /code 1008.*newSessionExpireTime/);
  });

  test('a wrong key mints nothing', async () => {
    await assert.rejects(clientOf(emulator.url, 'wrong').authTokens.create({ config: {} }), (error) => {
      assert.equal(error.status, 400);
      assert.match(error.message, /API_KEY_INVALID/);
      return true;
    });
  });

  test('models are listed with what they can do', async () => {
    const names = [];
    for await (const model of await clientOf(emulator.url).models.list()) names.push(model.name);
    assert.ok(names.includes(`models/${MODEL}`));
  });
});

describe('a turn', () => {
  test('in text: words before their sound, then generationComplete, then turnComplete with usage', async () => {
    const talk = await talkTo(emulator.url);
    say(talk, 'Count to seven, please.');
    await talk.turnsDone(1);
    assert.equal(talk.said(), 'One, two, three, four, five. Six, seven.');
    const kinds = talk.kinds();
    assert.equal(kinds[0], 'said');
    assert.deepEqual(squeeze(kinds).slice(-3), ['audio', 'generationComplete', 'turnComplete']);
    const last = talk.received.at(-1).message;
    assert.equal(last.serverContent.interactionStatus, 'IDLE');
    const seconds = talk.audio() / 24_000;
    assert.equal(last.usageMetadata.responseTokenCount, Math.floor(seconds * 25));
    assert.equal(
      last.usageMetadata.totalTokenCount,
      last.usageMetadata.promptTokenCount + last.usageMetadata.responseTokenCount,
    );
    talk.close();
  });

  test('comes several times faster than it plays; turnComplete waits until it has played', async () => {
    const talk = await talkTo(emulator.url);
    say(talk, 'tell me a story');
    await talk.turnsDone(1);
    const times = talk.received.filter(({ message }) => message.serverContent?.modelTurn).map(({ at }) => at);
    const playedMs = (1000 * talk.audio()) / 24_000;
    assert.ok(playedMs > 10_000);
    // The goal is a quarter of the time, but a busy machine makes speech more slowly.
    assert.ok(times.at(-1) - times[0] < playedMs * 0.9, `${times.at(-1) - times[0]} ms for ${playedMs} ms`);
    const done = talk.received.at(-1).at - times[0];
    // A busy machine is late with the first sound, too.
    assert.ok(done > playedMs * 0.95, `${done} ms for ${playedMs} ms`);
    talk.close();
  });

  test('in speech, streamed as it is spoken', async () => {
    const talk = await talkTo(emulator.url);
    await stream(talk, [silence(0.5), spoken('count to five please'), silence(1.2)]);
    await talk.turnsDone(1);
    assert.equal(talk.heard(), 'count to five please');
    assert.equal(talk.said(), 'One, two, three, four, five.');
    talk.close();
  });

  test('in speech that ends with audioStreamEnd is answered at once', async () => {
    const talk = await talkTo(emulator.url);
    await stream(talk, [silence(0.3), spoken('what do you see')], 4);
    talk.session.sendRealtimeInput({ audioStreamEnd: true });
    await talk.turnsDone(1);
    assert.equal(talk.heard(), 'what do you see');
    assert.match(talk.said(), /^I see no picture\./);
    talk.close();
  });

  test('by the marks of the client when detection is off', async () => {
    const talk = await talkTo(emulator.url, {
      config: {
        responseModalities: [Modality.AUDIO],
        inputAudioTranscription: {},
        realtimeInputConfig: { automaticActivityDetection: { disabled: true } },
      },
    });
    // No activity marks around it, so it is not speech.
    await stream(talk, [spoken('tell me a long story')], 20);
    talk.session.sendRealtimeInput({ activityStart: {} });
    await stream(talk, [spoken('good morning'), silence(0.2)], 4);
    talk.session.sendRealtimeInput({ activityEnd: {} });
    await talk.turnsDone(1);
    assert.equal(talk.heard(), 'good morning');
    talk.close();
  });
});

describe('barge-in', () => {
  test('cuts the long story: interrupted, turnComplete, then the new answer', async () => {
    const talk = await talkTo(emulator.url);
    await stream(talk, [silence(0.3), spoken('tell me a long story'), silence(1)]);
    await talk.until((all) => all.some((one) => one.modelTurn), 'the story');
    await stream(talk, [silence(1.5), spoken('stop'), silence(1)]);
    await talk.turnsDone(2);
    const kinds = talk.kinds();
    const cut = kinds.indexOf('interrupted');
    assert.ok(cut > 0);
    assert.ok(!kinds.slice(0, cut).includes('generationComplete'));
    assert.equal(kinds[cut + 1], 'turnComplete');
    assert.deepEqual(squeeze(kinds.slice(cut + 2)), ['heard', 'said', 'audio', 'generationComplete', 'turnComplete']);
    assert.match(talk.said(), /^Once upon a time.* Okay\.$/);
    talk.close();
  });

  test('history comes first, gets no answer, and is known', async () => {
    const minted = await fetch(`${emulator.url}/v1beta/auth_tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': KEY },
      body: JSON.stringify({
        uses: 1,
        bidiGenerateContentSetup: {
          model: `models/${MODEL}`,
          generationConfig: { responseModalities: ['AUDIO'] },
          outputAudioTranscription: {},
          historyConfig: { initialHistoryInClientContent: true },
        },
      }),
    });
    const talk = await talkTo(emulator.url, { apiKey: (await minted.json()).name });
    talk.session.sendRealtimeInput({ text: 'What did I write before?' });
    await sleep(500);
    assert.equal(talk.said(), ''); // it waits for the history
    talk.session.sendClientContent({
      turns: [
        { role: 'user', parts: [{ text: 'The box is green.' }] },
        { role: 'model', parts: [{ text: 'You said: The box is green.' }] },
      ],
      turnComplete: true,
    });
    await talk.turnsDone(1);
    assert.match(talk.said(), /Before, you said: The box is green\./);
    talk.close();
  });

  test('clientContent without turnComplete is a stop button', async () => {
    const talk = await talkTo(emulator.url);
    say(talk, 'tell me a long story');
    await talk.until((all) => all.filter((one) => one.modelTurn).length > 5, 'the story');
    talk.session.sendClientContent({ turns: 'wait a moment', turnComplete: false });
    await talk.turnsDone(1);
    await sleep(500);
    assert.deepEqual(squeeze(talk.kinds()).slice(-2), ['interrupted', 'turnComplete']);
    talk.close();
  });

  test('waits its turn with NO_INTERRUPTION', async () => {
    const talk = await talkTo(emulator.url, {
      config: {
        responseModalities: [Modality.AUDIO],
        inputAudioTranscription: {},
        outputAudioTranscription: {},
        realtimeInputConfig: { activityHandling: 'NO_INTERRUPTION' },
      },
    });
    say(talk, 'count to ten');
    await talk.until((all) => all.some((one) => one.modelTurn), 'the answer');
    await stream(talk, [spoken('count to five please'), silence(1)], 4);
    await talk.turnsDone(2);
    assert.ok(!talk.kinds().includes('interrupted'));
    assert.match(talk.said(), /ten\. One, two, three, four, five\.$/);
    talk.close();
  });
});

describe('what is not speech', () => {
  for (const [name, sounds] of [
    ['silence', [silence(6)]],
    ['a hiss', [noise(6, 60)]],
    ['loud noise', [silence(1), noise(3, 6000), silence(2)]],
    ['one beep', [silence(1), beep(0.15), silence(3)]],
    ['a long tone', [silence(1), beep(1.5, 440), silence(3)]],
    ['a beep each second', Array.from({ length: 5 }, () => [beep(0.05), silence(0.95)]).flat()],
  ]) {
    test(`${name} is never answered`, async () => {
      const talk = await talkTo(emulator.url);
      await stream(talk, sounds, 4);
      talk.session.sendRealtimeInput({ audioStreamEnd: true });
      await sleep(2500);
      assert.deepEqual(talk.kinds(), [], talk.summary());
      talk.close();
    });
  }
});

describe('a scenario', () => {
  test('answers: none keeps quiet and still writes down what it heard', async () => {
    const silent = await startEmulator({ scenario: 'answers: none\n' });
    const talk = await talkTo(silent.url);
    await stream(talk, [silence(0.2), spoken('count to five please'), silence(1)], 2);
    await talk.until(() => talk.heard() === 'count to five please', 'the transcription');
    await sleep(1000);
    assert.deepEqual(squeeze(talk.kinds()), ['heard']);
    talk.close();
    assert.equal(await silent.stop(), 0);
  });

  test('scripts answers, going away and closes', async () => {
    const scripted = await startEmulator({
      scenario: [
        'answers:',
        '  - {match: weather, say: "It is sunny. Take a hat."}',
        '  - {turn: 2, close: {code: 1011, reason: Internal error encountered.}}',
        'go_away: {after_ms: 0, time_left_ms: 60000}',
        '',
      ].join('\n'),
    });
    const talk = await talkTo(scripted.url);
    say(talk, 'How is the WEATHER today?');
    await talk.turnsDone(1);
    assert.equal(talk.said(), 'It is sunny. Take a hat.');
    assert.equal(talk.received.find(({ message }) => message.goAway).message.goAway.timeLeft, '60s');
    say(talk, 'and tomorrow?');
    assert.deepEqual(await talk.whenClosed, { code: 1011, reason: 'Internal error encountered.' });
    await scripted.stop();
  });

  test('the same seed says the same, sample for sample', async () => {
    const runs = [];
    for (let run = 0; run < 2; run++) {
      const fresh = await startEmulator();
      const talk = await talkTo(fresh.url);
      say(talk, 'hello');
      await talk.turnsDone(1);
      runs.push(talk.received.filter(({ message }) => message.serverContent).map(({ message }) => message));
      talk.close();
      await fresh.stop();
    }
    assert.deepEqual(runs[0], runs[1]);
  });
});

test('resumption: the handle opens the session again, once at a time', async () => {
  const config = { responseModalities: [Modality.AUDIO], sessionResumption: {} };
  const first = await talkTo(emulator.url, { config });
  say(first, 'thank you');
  const handle = await first.until(
    () => first.received.findLast(({ message }) => message.sessionResumptionUpdate?.newHandle)?.message
      .sessionResumptionUpdate.newHandle,
    'the handle',
  );
  const again = { config: { ...config, sessionResumption: { handle } } };
  await assert.rejects(talkTo(emulator.url, again), /code 1011/);
  first.close();
  await first.whenClosed;
  const second = await talkTo(emulator.url, again);
  say(second, 'thank you');
  await second.turnsDone(1);
  const usage = (talk) => talk.received.findLast(({ message }) => message.usageMetadata).message.usageMetadata;
  assert.ok(usage(second).promptTokenCount > usage(first).promptTokenCount);
  second.close();
});

test('a resumed session knows what was said before its first socket was lost, and what was written before it began', async () => {
  const settings = { responseModalities: ['AUDIO'] };
  const mint = async (setup) =>
    (await (await fetch(`${emulator.url}/v1alpha/auth_tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': KEY },
      body: JSON.stringify({
        uses: 1,
        bidiGenerateContentSetup: { model: `models/${MODEL}`, generationConfig: settings, outputAudioTranscription: {}, ...setup },
      }),
    })).json()).name;
  const first = await talkTo(emulator.url, {
    apiKey: await mint({ historyConfig: { initialHistoryInClientContent: true }, sessionResumption: {} }),
  });
  first.session.sendClientContent({ turns: [{ role: 'user', parts: [{ text: 'The box is green.' }] }], turnComplete: true });
  say(first, 'thank you');
  await first.turnsDone(1);
  const handle = await first.until(
    () => first.received.findLast(({ message }) => message.sessionResumptionUpdate?.newHandle)?.message
      .sessionResumptionUpdate.newHandle,
    'the handle',
  );
  first.close();
  await first.whenClosed;
  const second = await talkTo(emulator.url, { apiKey: await mint({ sessionResumption: { handle } }) });
  say(second, 'What was the first thing that I said? What did I say first?');
  await second.turnsDone(1);
  assert.match(second.said(), /First, you said: The box is green\./);
  second.close();
});

test('resumption at once, while what was said last is still being understood', async () => {
  const config = { responseModalities: [Modality.AUDIO], sessionResumption: {} };
  const first = await talkTo(emulator.url, { config });
  say(first, 'thank you');
  const handle = await first.until(
    () => first.received.findLast(({ message }) => message.sessionResumptionUpdate?.newHandle)?.message
      .sessionResumptionUpdate.newHandle,
    'the handle',
  );
  await stream(first, [spoken('it is raining outside and nobody goes for a walk'), silence(1)], 20);
  first.close();
  await first.whenClosed;
  const second = await talkTo(emulator.url, { config: { ...config, sessionResumption: { handle } } });
  second.close();
});

test('resumption by the token alone: its handle counts, and what the browser asks for does not', async () => {
  const config = { responseModalities: [Modality.AUDIO], outputAudioTranscription: {} };
  const mint = async (sessionResumption) =>
    (await clientOf(emulator.url).authTokens.create({
      config: { uses: 1, liveConnectConstraints: { model: MODEL, config: { ...config, sessionResumption } } },
    })).name;
  const handleOf = (talk) => () =>
    talk.received.findLast(({ message }) => message.sessionResumptionUpdate?.resumable)?.message.sessionResumptionUpdate.newHandle;
  // Does not ask for resumption itself.
  const first = await talkTo(emulator.url, { apiKey: await mint({}) });
  say(first, 'thank you');
  const handle = await first.until(handleOf(first), 'the handle');
  first.close();
  await first.whenClosed;
  const second = await talkTo(emulator.url, {
    apiKey: await mint({ handle }), config: { ...config, sessionResumption: { handle: 'another' } },
  });
  say(second, 'thank you');
  await second.turnsDone(1);
  const usage = (talk) => talk.received.findLast(({ message }) => message.usageMetadata).message.usageMetadata;
  assert.ok(usage(second).promptTokenCount > usage(first).promptTokenCount, 'the same session goes on');
  assert.notEqual(await second.until(handleOf(second), 'a newer handle'), handle);
  second.close();
  const unknown = await talkTo(emulator.url, { apiKey: await mint({ handle: 'gone' }), config });
  assert.equal((await unknown.whenClosed).code, 1008);
});

test('the key is an option', async () => {
  const other = await startEmulator({ args: ['--key', 'another'] });
  await assert.rejects(talkTo(other.url, { apiKey: KEY }), /code 1007/);
  (await talkTo(other.url, { apiKey: 'another' })).close();
  await other.stop();
});
