/** Who answers, in words. */
export const answersWords = (about: { answers: 'google' | 'emulator'; model: string }) =>
  about.answers === 'emulator' ? 'The emulator answers.' : `${about.model} answers.`;
