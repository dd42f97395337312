import { expect, it } from 'vitest';
import { downloadName } from './log-interactions';

it('names what is downloaded without saying which', () => {
  const names = [
    '/api/recordings/1/media',
    '/api/recordings/1/recording.mcap',
    '/api/tasks/table',
    '/x',
  ];
  expect(names.map(downloadName)).toEqual(['film', 'record', 'tasks', 'other']);
});
