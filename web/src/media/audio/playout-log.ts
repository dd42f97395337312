/** Rows of `/playout` (docs/formats/recording.md 3.6). Pure. */
import type { JsonEntry, PlayoutReport } from '../protocol';

type Row = Exclude<PlayoutReport, { readonly type: 'ring' | 'end' }>;

export class PlayoutLog {
  readonly #add: (entry: JsonEntry) => void;

  constructor(add: (entry: JsonEntry) => void) {
    this.#add = add;
  }

  report(report: Row, nowUs: number): void {
    this.#row(rowOf(report, nowUs), nowUs);
  }

  item(item: number, firstSample: number, nowUs: number): void {
    this.#row({ kind: 'item', item, first_sample: firstSample, page_us: nowUs }, nowUs);
  }

  itemEnd(item: number, sampleCount: number, complete: boolean, nowUs: number): void {
    this.#row({ kind: 'item_end', item, sample_count: sampleCount, complete }, nowUs);
  }

  #row(data: Readonly<Record<string, unknown>>, logTimeUs: number): void {
    this.#add({ topic: '/playout', logTimeUs, data });
  }
}

const rowOf = (report: Row, nowUs: number): Readonly<Record<string, unknown>> => {
  const place = { kind: report.type, context_frame: report.contextFrame };
  switch (report.type) {
    case 'span':
      return {
        ...place,
        item: report.item,
        first_sample: report.firstSample,
        sample_count: report.sampleCount,
      };
    case 'fade':
      return { ...place, sample_count: report.sampleCount };
    case 'flush':
      return {
        ...place,
        item: report.item,
        dropped_samples: report.droppedSamples,
        page_us: nowUs,
      };
    case 'underrun':
      return { ...place, prebuffer_ms: report.prebufferMs };
  }
};
