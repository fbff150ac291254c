/**
 * What is to be said of endpoints on one connection: all of them once, then what is other than what was said.
 *
 * @module
 */
import type { EndpointNews, EndpointState } from './message.ts';

const isSame = (a: EndpointState, b: EndpointState): boolean => a.state === b.state && a.workload === b.workload && a.reason === b.reason;

export class EndpointTeller {
  /** Undefined: nothing was said yet. */
  #told: ReadonlyMap<string, EndpointState> | undefined;

  /** A connection begins. */
  begin(): void {
    this.#told = undefined;
  }

  /** Undefined: there is nothing new. */
  news(endpoints: readonly EndpointState[]): EndpointNews | undefined {
    const told = this.#told;
    const now = new Map(endpoints.map((one) => [one.id, one]));
    this.#told = now;
    if (told === undefined) return { isWhole: true, put: endpoints, gone: [] };
    const put = endpoints.filter((one) => {
      const before = told.get(one.id);
      return before === undefined || !isSame(before, one);
    });
    const gone = [...told.keys()].filter((id) => !now.has(id));
    return put.length + gone.length === 0 ? undefined : { isWhole: false, put, gone };
  }
}
