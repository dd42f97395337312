import type { About } from '../../api/about';

/** Suggestions before anything was said. The emulator understands these; a real model understands anything. */
export const firstWords = (answers: About['answers'] | undefined): readonly string[] =>
  answers === 'emulator'
    ? ['Hello', 'What do you see?', 'Tell me a long story', 'Count to twenty', 'What time is it?']
    : ['Hello', 'What do you see?', 'Explain this to me'];
