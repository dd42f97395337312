/** Says why the model ended a turn without sound or words, by Google's `turnCompleteReason`, which may be empty. */
export function emptyTurnWords(reason: string): string {
  switch (reason) {
    case '':
      return 'The model ended its turn without saying anything. Ask again, or go on.';
    case 'NEED_MORE_INPUT':
      return 'The model waits for more. Go on.';
    case 'MALFORMED_FUNCTION_CALL':
      return 'The model made a mistake in a call of a tool. Ask again.';
    case 'RESPONSE_REJECTED':
      return 'Gemini rejected the model’s answer. Ask in other words.';
    case 'MAX_REGENERATION_REACHED':
      return 'Gemini tried several answers and kept none. Ask in other words.';
  }
  if (/^(PROHIBITED_INPUT|IMAGE_PROHIBITED_INPUT|INPUT_|BLOCKLIST|UNSAFE_PROMPT)/.test(reason)) {
    return 'Gemini’s safety rules do not allow an answer to this.';
  }
  if (/^GENERATED_|^OUTPUT_/.test(reason)) {
    return 'Gemini’s safety rules held the answer back.';
  }
  return `Gemini gives the reason ${reason}.`;
}
