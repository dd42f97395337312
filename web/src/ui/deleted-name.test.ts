import { expect, test } from 'vitest';
import { isolated } from '../media/text';
import { deletedName } from './deleted-name';

const at = (hour: number, minute: number) => new Date(2026, 10, 29, hour, minute).toISOString();
const one = { title: null, first_words: '', created_at: at(9, 5) };
const tea = { ...one, first_words: 'Tea', created_at: at(14, 30) };

test.each([
  [[one], 'Recording of 09:05'],
  [[tea], `“${isolated('Tea')}” of 14:30`],
  [[{ ...tea, title: 'Pot' }], `“${isolated('Pot')}” of 14:30`],
  [[tea, one], `“${isolated('Tea')}” of 14:30 and 1 more`],
  [[one, tea, tea], 'Recording of 09:05 and 2 more'],
])('%j is named', (recordings, name) => expect(deletedName(recordings)).toBe(name));
