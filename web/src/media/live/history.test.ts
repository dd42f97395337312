import { describe, expect, it } from 'vitest';
import { historyContents } from './history';

describe('historyContents', () => {
  it('lets the speakers alternate, and keeps every word', () => {
    const contents = historyContents([
      { role: 'person', text: 'one' },
      { role: 'person', text: 'two' },
      { role: 'model', text: 'three' },
      { role: 'person', text: 'four' },
    ]);
    expect(contents).toEqual([
      { role: 'user', parts: [{ text: 'one' }, { text: 'two' }] },
      { role: 'model', parts: [{ text: 'three' }] },
      { role: 'user', parts: [{ text: 'four' }] },
    ]);
    expect(historyContents([])).toEqual([]);
  });
});
