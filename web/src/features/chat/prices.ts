/** What a million tokens of a model cost: data, to be looked up again when it is old. A model that is not named has no price. */
export const kPrices: {
  /** When the prices were read. */
  readonly asOf: string;
  /** In US dollars. Reasoning is paid as what is written. */
  readonly perMillionTokens: Readonly<
    Record<string, { readonly input: number; readonly output: number } | undefined>
  >;
} = {
  asOf: '2026-11-22',
  perMillionTokens: {
    'gemini-3.5-flash-lite': { input: 0.3, output: 2.5 },
  },
};
