import { ours } from './api-error';
import { body, client } from './client';
import type { components } from './schema';

export type Study = components['schemas']['Study'];
export type StudyWish = components['schemas']['StudyCreate'];
export type StudyChange = components['schemas']['StudyChange'];
export type Participant = components['schemas']['Participant'];
export type ParticipantLink = components['schemas']['ParticipantLink'];
export type Questionnaire = components['schemas']['Questionnaire'];
export type Question = components['schemas']['StudyQuestion'];
type Signal = { readonly signal: AbortSignal };

const at = (id: string) => ({ path: { study_id: id } });

/** Of one task: its studies, the newest first. */
export const studiesQuery = (taskId: string) => ({
  queryKey: ['studies', 'of', taskId] as const,
  queryFn: async ({ signal }: Signal): Promise<readonly Study[]> =>
    ours(
      body(await client.GET('/api/studies', { params: { query: { task: taskId } }, signal })),
      ({ studies }) => Array.isArray(studies),
    ).studies,
});

export const studyQuery = (id: string) => ({
  queryKey: ['studies', id] as const,
  queryFn: async ({ signal }: Signal): Promise<Study> =>
    ours(
      body(await client.GET('/api/studies/{study_id}', { params: at(id), signal })),
      (study) => study.id === id,
    ),
});

export const participantsQuery = (id: string) => ({
  queryKey: ['studies', id, 'participants'] as const,
  queryFn: async ({ signal }: Signal): Promise<readonly Participant[]> =>
    ours(
      body(await client.GET('/api/studies/{study_id}/participants', { params: at(id), signal })),
      ({ participants }) => Array.isArray(participants),
    ).participants,
});

export const createStudy = async (wish: StudyWish): Promise<Study> =>
  body(await client.POST('/api/studies', { body: wish }));

export const changeStudy = async (id: string, change: StudyChange): Promise<Study> =>
  body(await client.PATCH('/api/studies/{study_id}', { params: at(id), body: change }));

/** Deletes for good, with the answers of its participants. */
export const deleteStudy = async (id: string): Promise<void> => {
  await client.DELETE('/api/studies/{study_id}', {
    params: { ...at(id), query: { participants: 'delete' } },
  });
};

/** Makes links, each for one person; their secrets are told only now. */
export const addParticipantLinks = async (
  id: string,
  count: number,
  expiresAt: string,
): Promise<readonly ParticipantLink[]> =>
  body(
    await client.POST('/api/studies/{study_id}/participants', {
      params: at(id),
      body: { count, expires_at: expiresAt },
    }),
  ).links;

export const revokeParticipantLink = async (id: string, participantId: string): Promise<void> => {
  await client.DELETE('/api/studies/{study_id}/participants/{participant_id}', {
    params: { path: { study_id: id, participant_id: participantId } },
  });
};

/** Where all of a study is: joined in one table, and in one zip with the recordings. */
export const studyFiles = (id: string) =>
  ({
    table: `/api/studies/${encodeURIComponent(id)}/table`,
    archive: `/api/studies/${encodeURIComponent(id)}/archive`,
  }) as const;
