// @vitest-environment jsdom
import { cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { ZoomPicture } from './zoom-picture';

afterEach(cleanup);

test('a picture is looked at from nearer and from farther away', () => {
  const { getByRole, container } = render(<ZoomPicture src="/a" alt="a.png" />);
  const zoom = getByRole('button', { name: 'Zoom a.png' });
  expect(zoom.getAttribute('aria-pressed')).toBe('false');
  fireEvent.click(zoom);
  expect(zoom.getAttribute('aria-pressed')).toBe('true');
  expect(container.querySelector('.zoom--near img')).not.toBeNull();
  fireEvent.click(zoom);
  expect(container.querySelector('.zoom--near')).toBeNull();
});
