import { useQuery } from '@tanstack/react-query';
import { issuersQuery, loginAddress } from '../../api/account';
import { sentenceOf } from '../../api/api-error';
import { Button } from '../../ui/button';
import { Skeleton } from '../../ui/skeleton';

type Props = {
  /** The page of this app that the login leads to. */
  readonly path: string;
  /** Goes to the issuer by this address of ours. */
  readonly onOpen: (address: string) => void;
};

/** A button for each issuer. One that does not answer says so and can be tried nevertheless. */
export function IssuerButtons({ path, onOpen }: Props) {
  const { data: issuers, error, isFetching, refetch } = useQuery(issuersQuery);
  if (error && !issuers) {
    return (
      <>
        <p role="alert">{sentenceOf(error)}</p>
        <Button loading={isFetching} onClick={() => void refetch()}>
          Try again
        </Button>
      </>
    );
  }
  if (!issuers) return <Skeleton height="48px" />;
  if (issuers.length === 0) {
    return (
      <p>
        Here nobody needs to log in. <a href="/">Open Reprise</a>
      </p>
    );
  }
  return (
    <ul className="login__issuers">
      {issuers.map((issuer, index) => (
        <li key={issuer.id}>
          <Button
            size="big"
            variant={index === 0 ? 'primary' : 'line'}
            onClick={() => onOpen(loginAddress(issuer.id, path))}
          >
            Continue with {issuer.name}
          </Button>
          {issuer.reachable ? null : (
            <p className="login__away">
              {issuer.name} did not answer when it was last asked. Try it, or try again in a minute.
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
