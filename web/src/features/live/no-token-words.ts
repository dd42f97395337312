/** Titles for the problems that tell why our server got no token (api/openapi.yaml, createLiveSession). */
const kTitles: Readonly<Record<string, string>> = {
  'model-key-wrong': 'The API key is not accepted',
  'model-key-expired': 'The API key has expired',
  'model-key-blocked': 'The API key is blocked',
  'model-key-restricted': 'The API key may not be used from here',
  'model-api-disabled': 'The Gemini API is not switched on',
  'model-account': 'The account of the API key cannot be used',
  'model-location': 'Gemini is not offered here',
  'model-quota': 'The quota is used up',
  'model-unknown': 'There is no such model',
  'model-clock': 'The clock of the server is wrong',
  'model-request-refused': 'Gemini does not understand our request',
  'model-busy': 'Gemini has trouble',
  'model-answer-foreign': 'Somebody else answers for Gemini',
  'model-no-connection': 'The server gets no connection to Gemini',
  'model-name-unknown': 'The server does not find Gemini',
  'model-timeout': 'Gemini does not answer the server in time',
  'model-proxy': 'The proxy does not let the server through',
  'model-tls': 'The server gets no secure connection to Gemini',
  'model-refused': 'The model refused the session',
};

/** What another key, or another setting of it, would mend: the page of settings says how. */
const kOfTheKey: ReadonlySet<string> = new Set([
  'model-key-wrong',
  'model-key-expired',
  'model-key-blocked',
  'model-key-restricted',
  'model-api-disabled',
  'model-account',
]);
export const concernsKey = (code: string): boolean => kOfTheKey.has(code);

/** Whether a problem of the server tells why the server got no token. */
export const isNoToken = (code: string): boolean => code in kTitles;

export const noTokenTitle = (code: string): string =>
  kTitles[code] ?? 'The server got no token for a session';
