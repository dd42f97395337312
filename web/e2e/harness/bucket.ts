import { fromTests } from './paths';

/** What tests use of the strict stand-in for Google Cloud Storage. */
export type Bucket = {
  readonly url: string;
  /** The content of a key file that it accepts. */
  readonly account: object;
  readonly bucket: { readonly config: { cors?: object[] } };
  readonly asked: readonly { readonly path: string; readonly status: number }[];
  /** The next `times` requests that fit `on` are answered with this status. */
  fault(on: RegExp, what: { readonly status: number }, times?: number): void;
  stop(): Promise<void>;
};

/** Starts it. */
export async function startBucket(): Promise<Bucket> {
  const { FakeGcs } = await fromTests<{ FakeGcs: { start(): Promise<Bucket> } }>('gcs/fake.mjs');
  return FakeGcs.start();
}
