// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { LiveControl } from './live-control';

afterEach(cleanup);

test.each([
  ['Mute', 'Mute microphone'],
  ['No mic', 'No mic. Mute microphone'],
])('who says the word %s to a computer that listens presses the button', (word, name) => {
  const press = () => {};
  const { getByRole } = render(
    <LiveControl label="Mute microphone" word={word} icon={null} onPress={press} />,
  );
  expect(getByRole('button').getAttribute('aria-label')).toBe(name);
});
