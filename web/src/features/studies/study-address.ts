/** Where the links of participants lead to; what follows `#` is never sent to a server. */
export const kStudyPath = '/study';

/** The address that a participant gets. Pure. */
export const participantAddress = (secret: string, origin: string): string =>
  `${origin}${kStudyPath}#${secret}`;

/** The page of a study. Pure. */
export const studyAddress = (id: string): string => `/studies/${encodeURIComponent(id)}`;
