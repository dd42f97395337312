/** Rows of `/session` (docs/formats/recording.md 3.1). Pure except for the two browser objects that it is given. */

import { kMicDelayFrames } from '../audio/resampler';
import { kContextRate, kMicRate, kModelRate } from '../clock';
import type { ConsentRecord, LiveSessionGrant } from '../live-session';
import { deviceFacts, type OpenDevice } from './devices';

export type StartedFacts = {
  readonly grant: LiveSessionGrant;
  readonly consent: ConsentRecord;
  readonly appVersion: string;
  readonly userAgent: string;
  readonly microphone: OpenDevice | null;
  readonly camera: OpenDevice | null;
  readonly context: Pick<AudioContext, 'baseLatency' | 'outputLatency'>;
  /** Page micros at context frame 0. */
  readonly pageUs: number;
};

export const startedRow = (facts: StartedFacts): Readonly<Record<string, unknown>> => {
  const { grant, consent, microphone, camera, context } = facts;
  return {
    kind: 'started',
    recording_id: grant.recordingId,
    live_session_id: grant.liveSessionId,
    page_us: facts.pageUs,
    app_version: facts.appVersion,
    user_agent: facts.userAgent,
    model: grant.model,
    base_url: grant.baseUrl,
    api_version: grant.apiVersion,
    setup: grant.config,
    consent: {
      text_version: consent.textVersion,
      text_sha256: consent.textSha256,
      locale: consent.locale,
      given_us: consent.givenUs,
      method: consent.method,
      channels: consent.channels,
    },
    devices: {
      microphone: microphone && deviceFacts(microphone),
      camera: camera && deviceFacts(camera),
    },
    audio: {
      context_rate: kContextRate,
      base_latency_s: context.baseLatency,
      output_latency_s: context.outputLatency,
      mic_rate: kMicRate,
      model_rate: kModelRate,
      mic_delay_frames: kMicDelayFrames,
    },
  };
};
