import { ours } from './api-error';
import { body, client } from './client';
import type { LiveSessionStart } from './live-sessions';
import { isToken } from './meaning';
import type { components } from './schema';

export type Participation = components['schemas']['Participation'];
export type Answers = { readonly [question: string]: string | number };

const known = (one: Participation): Participation =>
  ours(one, ({ stage }) => typeof stage === 'string');

/** Looks at a link; nothing begins yet. */
export const openParticipantLink = async (secret: string): Promise<Participation> =>
  known(body(await client.POST('/api/participation/open', { body: { secret } })));

/** Who takes part in this browser. */
export const readParticipation = async (): Promise<Participation> =>
  known(body(await client.GET('/api/participation')));

/** Agrees to a version of the text, and begins. */
export const giveStudyConsent = async (secret: string, version: number): Promise<Participation> =>
  known(
    body(
      await client.POST('/api/participation/consent', {
        body: { secret, consent_version: version },
      }),
    ),
  );

export const answerQuestionnaires = async (
  part: 'before' | 'after',
  answers: Answers,
): Promise<Participation> =>
  known(
    body(
      await client.PUT('/api/participation/answers', { body: { part, answers: { ...answers } } }),
    ),
  );

/** Begins a talk with what the study says. */
export const beginStudyTalk = async (camera: boolean, locale: string): Promise<LiveSessionStart> =>
  ours(
    body(await client.POST('/api/participation/live-session', { body: { camera, locale } })),
    ({ connection }) => isToken(connection),
  );

export const endStudyTalk = async (): Promise<Participation> =>
  known(body(await client.POST('/api/participation/end-talk')));

/** Takes the consent back; answers and recordings are deleted. */
export const withdrawFromStudy = async (): Promise<Participation> =>
  known(body(await client.POST('/api/participation/withdraw')));
