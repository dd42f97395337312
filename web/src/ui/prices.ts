/**
 * What a million tokens cost, in US dollars: data, to be looked up again when it is old
 * (ai.google.dev/gemini-api/docs/pricing, paid tier). A model that is not named has no price: aliases such as
 * `gemini-flash-latest` change what they mean.
 */
export type Price = {
  readonly model: string;
  /** The first day, UTC, on which this price does not count any more; null: none is announced. */
  readonly until: string | null;
  readonly input: number;
  /** Reasoning is paid as what is written or, by models that speak, as what is said. */
  readonly output: number;
  /** For requests that read more than so many tokens. */
  readonly long?: { readonly above: number; readonly input: number; readonly output: number };
  /** What is spoken and shown has prices of its own in live sessions. */
  readonly soundInput?: number;
  readonly pictureInput?: number;
  readonly soundOutput?: number;
};

const live = (model: string): Price => ({
  model,
  until: null,
  input: 0.75,
  output: 4.5,
  soundInput: 3,
  pictureInput: 1,
  soundOutput: 12,
});

/** `asOf`: when the prices were read. */
export const kPrices: { readonly asOf: string; readonly rows: readonly Price[] } = {
  asOf: '2026-10-07',
  rows: [
    { model: 'gemini-3.8-flash', until: '2027-01-01', input: 0.75, output: 3.75 },
    { model: 'gemini-3.8-flash', until: null, input: 1.5, output: 7.5 },
    { model: 'gemini-3.6-flash', until: '2027-01-01', input: 0.75, output: 3.75 },
    { model: 'gemini-3.6-flash', until: null, input: 1.5, output: 7.5 },
    { model: 'gemini-3.5-flash', until: null, input: 1.5, output: 9 },
    { model: 'gemini-3.5-flash-lite', until: null, input: 0.3, output: 2.5 },
    {
      model: 'gemini-3.1-pro-preview',
      until: null,
      input: 2,
      output: 12,
      long: { above: 200_000, input: 4, output: 18 },
    },
    live('gemini-3.8-live'),
    live('gemini-3.8-live-extended-thinking'),
    live('gemini-3.1-flash-live-preview'),
  ],
};

/** The price of the day `at` (RFC 3339, UTC); undefined where the table does not name the model. Pure. */
export const priceAt = (model: string | null, at: string): Price | undefined =>
  kPrices.rows.find((row) => row.model === model && (row.until === null || at < row.until));
