import { useQuery } from '@tanstack/react-query';
import { aboutQuery } from '../api/about';
import { ApiError } from '../api/api-error';

/** False once a request was left without an answer, until one is answered again. */
export function useServerAnswers(): boolean {
  const { error } = useQuery(aboutQuery);
  return !(error instanceof ApiError && error.kind === 'unreachable');
}
