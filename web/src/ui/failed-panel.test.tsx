// @vitest-environment jsdom
import { fireEvent, render } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { ApiError } from '../api/api-error';
import { FailedPanel } from './failed-panel';

test('says what the server said, and asks again', () => {
  const retry = vi.fn();
  const { getByRole, getByText } = render(
    <FailedPanel
      level={1}
      title="The recording could not be opened"
      error={new ApiError('unexpected', 'The disk is full.')}
      onRetry={retry}
    />,
  );
  expect(getByRole('heading', { level: 1 }).textContent).toBe('The recording could not be opened');
  getByText('The disk is full.');
  fireEvent.click(getByRole('button', { name: 'Try again' }));
  expect(retry).toHaveBeenCalledOnce();
});
