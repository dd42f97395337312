/** What a million tokens cost, in US dollars. What is spoken and shown has prices of its own in live sessions. */
export type Price = {
  readonly input: number;
  readonly output: number;
  readonly soundInput?: number;
  readonly pictureInput?: number;
  readonly soundOutput?: number;
};

const kLive: Price = {
  input: 0.75,
  output: 4.5,
  soundInput: 3,
  pictureInput: 1,
  soundOutput: 12,
};

/** What a million tokens of a model cost: data, to be looked up again when it is old. A model that is not named has no price. */
export const kPrices: {
  /** When the prices were read. */
  readonly asOf: string;
  /** Reasoning is paid as what is written or, by models that speak, as what is said. */
  readonly perMillionTokens: Readonly<Record<string, Price | undefined>>;
} = {
  asOf: '2026-11-22',
  perMillionTokens: {
    'gemini-3.5-flash-lite': { input: 0.3, output: 2.5 },
    'gemini-3.8-live': kLive,
    'gemini-3.8-live-extended-thinking': kLive,
    'gemini-3.1-flash-live-preview': kLive,
  },
};
