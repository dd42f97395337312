export class FakeGcs {
    static start(bucket?: string): Promise<FakeGcs>;
    /** What was asked: `{method, path, status, headers, port}` in order of the answers; status 0: it was cut. */
    asked: any[];
    stop(): Promise<any>;
    /** Moves its clock. */
    turnClock(ms: any): void;
    /**
     * The next `times` requests whose "METHOD /path?query" fits `on` meet a fault:
     * `status` (with `retryAfter` in seconds) or `cutRequestAt` (bytes of the body) before anything happens; `lose` the answer after it
     * happened; `cutAnswerAt` bytes of the body; `wrongBytes` in it; `delayMs` before it.
     */
    fault(on: any, what: any, times?: number): this;
    /** Faults that never came to pass: a test that leaves some has tested nothing. */
    get unused(): any[];
    clear(): void;
    #private;
}
